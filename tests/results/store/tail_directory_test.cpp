// SPDX-License-Identifier: Apache-2.0
#include "results/store/tail_directory.hpp"

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

// What this process has read so far, files in the page cache included, as the kernel counts it.
std::uint64_t bytes_read() {
  std::ifstream io("/proc/self/io");
  for (std::string key; io >> key;) {
    std::uint64_t value = 0;
    io >> value;
    if (key == "rchar:") return value;
  }
  FAIL("this kernel does not count what a process reads");
  return 0;
}

constexpr std::size_t kSources = 40, kFrames = 30, kColumns = 20, kRows = 20;

// Sources that all lie in the tail, every frame about a page.
struct WideRun : TestRun {
  WideRun() {
    for (std::size_t s = 0; s < kSources; ++s) {
      writer->add_source(kRigBoard, test_source("s" + std::to_string(s), kColumns));
    }
    for (std::size_t frame = 0; frame < kFrames; ++frame) {
      for (std::size_t s = 0; s < kSources; ++s) {
        Batch rows = test_rows(frame * kRows, kRows, kColumns);
        for (double& v : rows.values) v = std::sqrt(v + static_cast<double>(s));
        REQUIRE(writer->submit(static_cast<SourceId>(s), std::move(rows)));
      }
      REQUIRE(writer->flush());
    }
  }
  // File and WAL: the least that reading everything once takes.
  [[nodiscard]] std::uint64_t size() const {
    return std::filesystem::file_size(path) + std::filesystem::file_size(path + "-wal");
  }
};

// Opening a run for one call: its schema, a few pages of its small tables.
constexpr std::uint64_t kOpening = 96 << 10;

TEST_CASE("reading the channels of all sources passes the tail twice, not once a channel") {
  const WideRun run;
  const Reader reader = run.reader();
  const std::uint64_t before = bytes_read();
  for (std::size_t s = 0; s < kSources; ++s) {
    const auto series = reader.series("", "s" + std::to_string(s) + ".c7");
    REQUIRE(series);
    REQUIRE(series->size() == kFrames * kRows);
    REQUIRE(series->v[33] == std::sqrt(test_value(33, 7) + static_cast<double>(s)));
  }
  // Once to learn whose the frames are, once for the frames themselves.
  CHECK(bytes_read() - before < 3 * run.size() + 2 * kSources * kOpening);
}

TEST_CASE("a look at all sources passes the tail once for the views, and its end for the latest") {
  const WideRun run;
  const Reader reader = run.reader();
  std::vector<ChannelId> channels;
  for (std::size_t s = 0; s < kSources; ++s) {
    channels.push_back(static_cast<ChannelId>(s * kColumns));
  }
  std::uint64_t before = bytes_read();
  const auto views = reader.views(channels, kFromStart, kToEnd, 50);
  REQUIRE(views);
  CHECK(views->back().bins.size() == 50);
  CHECK(bytes_read() - before < 3 * run.size() + kOpening);
  before = bytes_read();
  REQUIRE(reader.latest(channels).value().size() == kSources);
  CHECK(bytes_read() - before < run.size() / 5 + kOpening);
}

TEST_CASE("one reader of a run that is written sees what a new one sees") {
  WriterOptions options = test_options();
  options.rows_per_chunk = 12;  // sealing empties the tail now and then, and ids are given again
  TestRun run(std::move(options));
  constexpr std::size_t kCount = 3;
  std::array<std::size_t, kCount> rows{};
  for (std::size_t s = 0; s < kCount; ++s) {
    run.writer->add_source(kRigBoard, test_source("s" + std::to_string(s), 1));
  }
  REQUIRE(run.writer->flush());
  const Reader reader = run.reader();
  for (std::size_t step = 0; step < 120; ++step) {
    const std::size_t s = (step * step / 7) % kCount;
    const std::size_t more = 1 + step % 5;
    REQUIRE(run.writer->submit(static_cast<SourceId>(s), test_rows(rows[s], more, 1)));
    REQUIRE(run.writer->flush());
    rows[s] += more;
    if (step % 4 == 1) continue;  // more than one commit between two looks
    for (std::size_t each = 0; each < kCount; ++each) {
      const auto series = reader.series(static_cast<ChannelId>(each));
      CAPTURE(step, each);
      REQUIRE(series);
      REQUIRE(series->size() == rows[each]);
      for (std::size_t row = 0; row < rows[each]; ++row)
        REQUIRE(series->v[row] == test_value(row, 0));
      const Nanos from = static_cast<Nanos>(rows[each] / 2) * 100 * kMillisecond;
      REQUIRE(reader.series(static_cast<ChannelId>(each), from).value().size() ==
              rows[each] - rows[each] / 2);
    }
  }
}

// A table like a run's, filled by hand.
struct Table {
  Table() {
    auto opened = Database::open(directory.file("tail.db"), Database::Mode::create);
    REQUIRE(opened);
    database.emplace(std::move(*opened));
    run("CREATE TABLE tail(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, t0 INTEGER NOT NULL, "
        "t1 INTEGER NOT NULL, n INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL) "
        "STRICT");
  }
  void run(const std::string& sql) { REQUIRE(database->execute(sql.c_str())); }
  void add(int source, Nanos t0, Nanos t1) {
    run("INSERT INTO tail(source, t0, t1, n, crc, data) VALUES(" + std::to_string(source) + "," +
        std::to_string(t0) + "," + std::to_string(t1) + ",1," + std::to_string(t0 * 31) +
        ",x'00')");
  }
  // Ids of what the directory says of a source since `from`.
  std::vector<std::int64_t> ids(SourceId source, Nanos from = INT64_MIN) {
    const auto found = tail.since(*database, source, from);
    REQUIRE(found);
    CHECK_FALSE(found->cut_short);
    std::vector<std::int64_t> out;
    for (const TailFrame& frame : found->frames) out.push_back(frame.id);
    return out;
  }
  using Ids = std::vector<std::int64_t>;

  test::TempDir directory;
  std::optional<Database> database;
  TailDirectory tail;
};

TEST_CASE("frames come newest first, back to the time that was asked for") {
  Table table;
  for (Nanos t = 0; t < 50; t += 10) {
    table.add(1, t, t + 9);
    table.add(2, t, t + 9);
  }
  CHECK(table.ids(1, 30) == Table::Ids{9, 7});
  CHECK(table.ids(1, 29) == Table::Ids{9, 7, 5});
  CHECK(table.ids(2, 100).empty());
  CHECK(table.ids(2) == Table::Ids{10, 8, 6, 4, 2});
  CHECK(table.ids(3).empty());
  const auto newest = table.tail.newest(*table.database, 1);
  REQUIRE(newest);
  REQUIRE(newest->frames.size() == 1);
  CHECK(newest->frames[0].id == 9);
  CHECK(newest->frames[0].t1 == 49);
}

TEST_CASE("what is written later is found, whether ids go on or are given again") {
  Table table;
  CHECK(table.ids(1).empty());
  table.add(1, 0, 9);
  table.add(2, 0, 9);
  CHECK(table.ids(1) == Table::Ids{1});
  table.add(1, 10, 19);
  CHECK(table.ids(1) == Table::Ids{3, 1});
  // Source 1 was sealed, and the highest ids are another's now.
  table.run("DELETE FROM tail WHERE source=1");
  table.add(2, 20, 29);
  table.add(2, 30, 39);
  CHECK(table.ids(2) == Table::Ids{4, 3, 2});
  CHECK(table.ids(1).empty());
  // A frame between was sealed: it may still be named, and is not found in the table then.
  table.add(1, 40, 49);
  CHECK(table.ids(1) == Table::Ids{5});
  table.run("DELETE FROM tail WHERE id=3");
  CHECK(table.ids(1) == Table::Ids{5});
  table.run("DELETE FROM tail");
  CHECK(table.ids(2).empty());
}

}  // namespace
}  // namespace soakrig::store
