// SPDX-License-Identifier: Apache-2.0
// Also tests: pyramid.cpp view_reader.cpp
#include <algorithm>
#include <random>

#include "results/store/database.hpp"
#include "results/store/seal.hpp"
#include "results/store/view_bins.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

// What a view must be: every bin against all rows, one by one.
void check_exact(const View& view, const Series& rows) {
  REQUIRE_FALSE(view.bins.empty());
  CHECK(view.bins.front().t0 == view.from);
  CHECK(view.bins.back().t1 == view.to + 1);
  std::size_t at = static_cast<std::size_t>(
      std::lower_bound(rows.t.begin(), rows.t.end(), view.from) - rows.t.begin());
  for (std::size_t i = 0; i < view.bins.size(); ++i) {
    const ViewBin& bin = view.bins[i];
    if (i > 0) REQUIRE(bin.t0 == view.bins[i - 1].t1);
    ViewBin want{.t0 = bin.t0, .t1 = bin.t1};
    for (; at < rows.size() && rows.t[at] < bin.t1; ++at) {
      merge(want, stretch_of(rows.t[at], rows.v[at], rows.state[at]));
    }
    CAPTURE(i, bin.t0, bin.t1);
    REQUIRE(bin.rows == want.rows);
    REQUIRE(bin.good == want.good);
    REQUIRE(bin.min == want.min);
    REQUIRE(bin.max == want.max);
    REQUIRE(bin.sum == Approx(want.sum));
    REQUIRE((bin.flags & ~kBinGap) == want.flags);
  }
  CHECK((at == rows.size() || rows.t[at] > view.to));
}

// Chunks of 64 rows and a tail; three channels: the second with states, the third with noise.
struct PlotRun : TestRun {
  PlotRun() : TestRun(small_chunks()) {
    source = writer->add_source(kRigBoard, test_source("plot", 3));
    std::mt19937_64 random(7);
    for (std::size_t first = 0; first < 1000; first += 50) {
      Batch batch = test_rows(first, 50, 3);
      batch.states.assign(batch.values.size(), State::good);
      for (std::size_t row = 0; row < 50; ++row) {
        batch.values[row * 3 + 2] = static_cast<double>(random() >> 12) * 0x1p-52;
        if ((first + row) % 7 != 0) continue;
        batch.values[row * 3 + 1] = 0;
        batch.states[row * 3 + 1] = static_cast<State>(1 + row % 3);
      }
      REQUIRE(writer->submit(source, batch));
      REQUIRE(writer->flush());
    }
  }
  static WriterOptions small_chunks() {
    WriterOptions options = test_options();
    options.rows_per_chunk = 64;
    return options;
  }
  SourceId source = 0;
};

TEST_CASE("a view has the exact extremes of every bin, over chunks and tail") {
  const PlotRun run;
  const Reader reader = run.reader();
  for (ChannelId channel = 0; channel < 3; ++channel) {
    const Series rows = reader.series(channel).value();
    for (const std::size_t bins : {1u, 7u, 100u, 5000u}) {
      const auto whole = reader.view(channel, kFromStart, kToEnd, bins);
      REQUIRE(whole);
      CHECK(whole->bins.size() <= bins);
      CHECK_FALSE(whole->before);
      CHECK(whole->gaps.empty());
      check_exact(*whole, rows);
      const auto part = reader.view(channel, 12'345 * kMillisecond, 77 * kSecond, bins);
      REQUIRE(part);
      check_exact(*part, rows);
    }
  }
}

TEST_CASE("the value carried in is the last row before the range, whatever its state") {
  const PlotRun run;
  const Reader reader = run.reader();
  const auto view = reader.view(0, 10 * kSecond, 20 * kSecond, 10);
  REQUIRE(view);
  CHECK(view->before == CarriedIn{9900 * kMillisecond, test_value(99, 0), State::good});
  const auto states = reader.view(1, 7 * kSecond + 1, 8 * kSecond, 10);
  REQUIRE(states);
  CHECK(states->before == CarriedIn{7 * kSecond, 0, State::error});
  // Behind the last row there is nothing but the value carried in.
  const auto late = reader.view(0, kHour, 2 * kHour, 10);
  REQUIRE(late);
  REQUIRE(late->bins.size() == 10);
  CHECK(late->before == CarriedIn{99'900 * kMillisecond, test_value(999, 0), State::good});
  for (const ViewBin& bin : late->bins) CHECK(bin.rows == 0);
}

TEST_CASE("views that cannot be are refused") {
  const PlotRun run;
  const Reader reader = run.reader();
  CHECK(reader.view(0, 2, 1, 10).error().code == Errc::invalid);
  CHECK(reader.view(0, 0, 1, 0).error().code == Errc::invalid);
  CHECK(reader.view(99, 0, 1, 10).error().code == Errc::not_found);
  CHECK(reader.view("", "nothing", 0, 1, 10).error().code == Errc::not_found);
  const std::vector<ChannelId> some = {0, 99};
  CHECK(reader.views(some, 0, 1, 10).error().code == Errc::not_found);
}

TEST_CASE("a channel without rows has no bins, and an empty range asked for is tiled") {
  TestRun run;
  run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->flush());
  CHECK(run.reader().view(0, kFromStart, kToEnd, 10).value().bins.empty());
  const auto asked = run.reader().view(0, 0, 9, 10);
  REQUIRE(asked);
  CHECK(asked->bins.size() == 10);
  CHECK_FALSE(asked->before);
}

TEST_CASE("by name a view runs over every source that carried the channel") {
  PlotRun run;
  SourceInfo again = test_source("plot", 3);
  again.channels[1].unit = "W";  // announced anew: another source
  const SourceId second = run.writer->add_source(kRigBoard, again);
  REQUIRE(second != run.source);
  REQUIRE(run.writer->submit(second, test_rows(995, 200, 3)));  // their ends overlap
  REQUIRE(run.writer->flush());
  const Reader reader = run.reader();
  const Series rows = reader.series("", "plot.c0").value();
  REQUIRE(rows.size() == 1200);
  for (const std::size_t bins : {3u, 50u, 3000u}) {
    check_exact(reader.view("", "plot.c0", kFromStart, kToEnd, bins).value(), rows);
    check_exact(reader.view("", "plot.c0", 90 * kSecond, 110 * kSecond, bins).value(), rows);
  }
}

TEST_CASE("many channels are viewed at once, in the order asked for") {
  const PlotRun run;
  const Reader reader = run.reader();
  const std::vector<ChannelId> wanted = {2, 0};
  const auto views = reader.views(wanted, kSecond, 50 * kSecond, 20);
  REQUIRE(views);
  REQUIRE(views->size() == 2);
  CHECK(views->at(0).bins == reader.view(2, kSecond, 50 * kSecond, 20).value().bins);
  CHECK(views->at(1).bins == reader.view(0, kSecond, 50 * kSecond, 20).value().bins);
}

TEST_CASE("missing rows and lost chunks break the line") {
  PlotRun run;
  REQUIRE(run.writer->submit(run.source, test_rows(1300, 100, 3)));  // half a minute is missing
  REQUIRE(run.writer->flush());
  const auto view = run.reader().view(0, 90 * kSecond, 140 * kSecond - 1, 50);
  REQUIRE(view);
  for (const ViewBin& bin : view->bins) {
    CAPTURE(bin.t0);
    const bool missing = bin.t0 >= 100 * kSecond && bin.t1 <= 130 * kSecond;
    CHECK((bin.rows == 0) == missing);
    if (missing) CHECK((bin.flags & kBinGap) != 0);
  }
}

// Long enough for levels 1 to 3: chunks of 80 rows, 40,000 rows with an hour missing; three
// channels.
struct LongRun : TestRun {
  explicit LongRun(RunHeader header = test_header()) : TestRun(small_chunks(), std::move(header)) {
    source = writer->add_source(kRigBoard, test_source("plot", 3));
    std::mt19937_64 random(11);
    for (std::size_t first = 0; first < kRows; first += 40) {
      Batch batch = test_rows(first, std::min<std::size_t>(40, kRows - first), 3);
      batch.states.assign(batch.values.size(), State::good);
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        if (first >= 20'000) batch.taken[row] += kHour;
        batch.taken[row] += static_cast<Nanos>(random() % 90'000'000);
        batch.values[row * 3] = static_cast<double>(random() % 1000) / 10;
        batch.values[row * 3 + 2] = static_cast<double>(random() >> 12) * 0x1p-52;
        if (random() % 500 != 0) continue;
        batch.values[row * 3 + 1] = 0;
        batch.states[row * 3 + 1] = static_cast<State>(1 + random() % 3);
      }
      REQUIRE(writer->submit(source, batch));
      if (first % 4000 == 0 || first + 40 == kRows - 10) REQUIRE(writer->flush());
    }
    REQUIRE(writer->flush());
  }
  static WriterOptions small_chunks() {
    WriterOptions options = test_options();
    options.rows_per_chunk = 32;
    return options;
  }
  void check_all(std::size_t damaged = 0) const {
    const Reader look = reader();
    for (ChannelId channel = 0; channel < 3; ++channel) {
      const Series rows = look.series(channel).value();
      REQUIRE(rows.size() == kRows);
      for (const std::size_t bins : {1u, 40u, 500u, 2000u}) {
        CAPTURE(channel, bins);
        const View whole = look.view(channel, kFromStart, kToEnd, bins).value();
        check_exact(whole, rows);
        if (bins > 1) CHECK(whole.bins.size() > bins / 2);
        if (damaged == 0) CHECK(whole.gaps.empty());
        check_exact(look.view(channel, 33'333 * kMillisecond, 1'777 * kSecond, bins).value(), rows);
        check_exact(look.view(channel, kHour, 2 * kHour, bins).value(), rows);
      }
    }
  }
  [[nodiscard]] std::int64_t count(const char* sql) const {
    auto database = Database::open(path, Database::Mode::read_write);
    REQUIRE(database);
    return database->query_integer(sql).value();
  }
  void change(const char* sql) const {
    auto database = Database::open(path, Database::Mode::read_write);
    REQUIRE(database);
    REQUIRE(database->execute(sql));
  }
  static constexpr std::size_t kRows = 40'010;
  SourceId source = 0;
};

TEST_CASE("a view over the pyramid is the view over the rows, live and sealed") {
  LongRun run;
  CHECK(run.reader().stats().value().tail_samples > 0);
  run.check_all();
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  run.writer.reset();
  CHECK(run.count("SELECT max(level) FROM rollup") >= 3);
  // What is condensed is condensed whole: each level follows without a seam.
  CHECK(run.count("SELECT count(*) FROM rollup a WHERE level=1 AND channel=0 AND NOT EXISTS "
                  "(SELECT 1 FROM rollup b WHERE b.level=1 AND b.channel=0 AND b.t0=a.t1)") == 1);
  run.check_all();
}

TEST_CASE("a summary that is damaged or missing is read from below, exactly") {
  LongRun run;
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  run.writer.reset();
  for (const char* fault : {
           "UPDATE rollup SET data=zeroblob(length(data)) WHERE level=2 AND id%3=0",
           "UPDATE rollup SET n=n+1 WHERE level=3",
           "UPDATE rollup SET t1=t1+5000000 WHERE level=1 AND id%7=0",
           "DELETE FROM rollup WHERE level=2 AND id%2=0",
           "DELETE FROM rollup WHERE level=1 AND id%5=0",
       }) {
    CAPTURE(fault);
    run.change(fault);
    run.check_all(1);
  }
  const auto view = run.reader().view(0, kFromStart, kToEnd, 1);
  REQUIRE_FALSE(view.value().gaps.empty());
  CHECK(view->gaps[0].kind == event_kind::kGap);
  run.change("DELETE FROM rollup");  // a file of a writer that knew none
  run.check_all();
}

TEST_CASE("an interrupted run is condensed by the command that seals it") {
  RunHeader header = test_header();
  header.owner.start_time += 1;
  LongRun run(header);
  run.writer.reset();
  run.change("DELETE FROM rollup WHERE level>1");
  REQUIRE(seal(run.path).value() == RunState::interrupted);
  CHECK(run.count("SELECT count(*) FROM tail") == 0);
  CHECK(run.count("SELECT max(level) FROM rollup") == 2);
  run.check_all();
}

TEST_CASE("rows of one instant are neither lost nor doubled within a chunk") {
  TestRun run(LongRun::small_chunks());
  const SourceId source = run.writer->add_source(kRigBoard, test_source("work", 1, 0));
  for (std::size_t k = 0; k < 20; ++k) {
    Batch batch = test_rows(k * 100, 100, 1);
    for (std::size_t i = 0; i < 100; ++i) {
      batch.taken[i] = static_cast<Nanos>(k * 10 + i / 30) * kSecond;
    }
    REQUIRE(run.writer->submit(source, batch));
    REQUIRE(run.writer->flush());
  }
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  const Series rows = run.reader().series(0).value();
  REQUIRE(rows.size() == 2000);
  for (const std::size_t bins : {1u, 3u, 10u}) {
    check_exact(run.reader().view(0, kFromStart, kToEnd, bins).value(), rows);
  }
}

}  // namespace
}  // namespace soakrig::store
