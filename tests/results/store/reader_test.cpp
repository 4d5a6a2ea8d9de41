// SPDX-License-Identifier: Apache-2.0
// Also tests: reader_series.cpp source_bytes.cpp rows_decoder.cpp gap_event.cpp
#include "results/store/reader.hpp"

#include <filesystem>
#include <fstream>

#include "results/store/database.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

// Two sealed stretches of ten rows and a tail of five.
struct MixedRun : TestRun {
  MixedRun() : TestRun(ten_rows_a_chunk()) {
    board = writer->add_board("left", "{}");
    source = writer->add_source(board, test_source());
    for (std::size_t first = 0; first < 25; first += 5) {
      REQUIRE(writer->submit(source, test_rows(first, 5)));
      REQUIRE(writer->flush());
    }
  }
  static WriterOptions ten_rows_a_chunk() {
    WriterOptions options = test_options();
    options.rows_per_chunk = 10;
    return options;
  }
  BoardId board = 0;
  SourceId source = 0;
};

// Changes stored bytes behind the store's back; the writer must be gone.
void damage(const std::string& path, const char* sql) {
  auto database = Database::open(path, Database::Mode::read_write);
  REQUIRE(database);
  REQUIRE(database->execute(sql));
}

TEST_CASE("a range is inclusive at both ends, over chunks and tail") {
  const MixedRun run;
  const Reader reader = run.reader();
  const auto series = reader.series(0, 800 * kMillisecond, 2100 * kMillisecond);
  REQUIRE(series);
  REQUIRE(series->size() == 14);
  CHECK(series->v.front() == 8);
  CHECK(series->v.back() == 21);
  CHECK(reader.series(0, 2450 * kMillisecond, kToEnd).value().size() == 0);
  CHECK(reader.series(0, 2 * kSecond, kSecond).value().size() == 0);
  CHECK(reader.series(99).error().code == Errc::not_found);
  CHECK(reader.series("left", "nothing").error().code == Errc::not_found);
}

TEST_CASE("the rows of a source hold all its channels") {
  const MixedRun run;
  const auto rows = run.reader().source_rows(run.source, 900 * kMillisecond, kSecond);
  REQUIRE(rows);
  REQUIRE(rows->batch.consistent());
  CHECK(rows->batch.columns == 2);
  CHECK(rows->batch.values == std::vector<double>{9, 9.125, 10, 10.125});
  CHECK(run.reader().source_rows(77).error().code == Errc::not_found);
}

TEST_CASE("what a run is made of is listed") {
  const MixedRun run;
  const Reader reader = run.reader();
  const auto sources = reader.sources();
  REQUIRE(sources);
  REQUIRE(sources->size() == 1);
  CHECK(sources->at(0).info.name == "thermal");
  CHECK(sources->at(0).info.period == 100 * kMillisecond);
  REQUIRE(sources->at(0).info.channels.size() == 2);
  CHECK(sources->at(0).info.channels[1].source == "/sys/1");
  const auto channels = reader.channels();
  REQUIRE(channels);
  REQUIRE(channels->size() == 2);
  CHECK(channels->at(1).board == "left");
  CHECK(channels->at(1).column == 1);
  CHECK(channels->at(1).info.unit == "Cel");
  CHECK(reader.last_time().value() == 2400 * kMillisecond);
  CHECK(reader.schema_version() == kSchemaVersion);
  CHECK_FALSE(reader.judgement().value());
  const auto stats = reader.stats();
  REQUIRE(stats);
  CHECK(stats->rows == 25);
  CHECK(stats->samples == 50);
  CHECK(stats->tail_samples == 10);
  CHECK(stats->wal_bytes > 0);
}

TEST_CASE("one simulated channel makes the run simulated") {
  TestRun run;
  CHECK(run.reader().provenance().value() == Provenance::measured);
  SourceInfo info = test_source();
  info.channels[1].provenance = Provenance::simulated;
  run.writer->add_source(kRigBoard, info);
  REQUIRE(run.writer->flush());
  CHECK(run.reader().provenance().value() == Provenance::simulated);
}

TEST_CASE("the latest row comes from the tail, else from the last chunk") {
  MixedRun run;
  const std::vector<ChannelId> both = {1, 0};
  auto latest = run.reader().latest(both);
  REQUIRE(latest);
  REQUIRE(latest->size() == 2);
  CHECK(latest->at(0).channel == 0);
  CHECK(latest->at(1).value == test_value(24, 1));
  CHECK(latest->at(1).t == 2400 * kMillisecond);
  REQUIRE(run.writer->submit(run.source, test_rows(25, 5)));
  REQUIRE(run.writer->flush());  // the thirtieth row seals all
  CHECK(run.reader().stats().value().tail_samples == 0);
  latest = run.reader().latest(both);
  REQUIRE(latest);
  CHECK(latest->at(1).value == test_value(29, 1));
  // A channel without rows has no latest one.
  const SourceId silent = run.writer->add_source(kRigBoard, test_source("silent", 1));
  REQUIRE(run.writer->flush());
  const std::vector<ChannelId> none = {2};
  CHECK(silent == 1);
  CHECK(run.reader().latest(none).value().empty());
}

TEST_CASE("a damaged chunk of one channel is a gap there and nowhere else") {
  MixedRun run;
  run.writer.reset();
  damage(run.path, "UPDATE chunk SET data=zeroblob(length(data)) WHERE id=1");
  const Reader reader = run.reader();
  const auto hit = reader.series(0);
  REQUIRE(hit);
  CHECK(hit->size() == 15);  // its first ten rows are missing
  CHECK(hit->v.front() == 10);
  REQUIRE(hit->gaps.size() == 1);
  CHECK(hit->gaps[0].kind == event_kind::kGap);
  CHECK(hit->gaps[0].board == "left");
  CHECK(hit->gaps[0].body.find("\"to_s\":0.9") != std::string::npos);
  const auto whole = reader.series(1);
  REQUIRE(whole);
  CHECK(whole->size() == 25);
  CHECK(whole->gaps.empty());
  // Row by row the lost cells are errors, the others are what they were.
  const auto rows = reader.source_rows(run.source);
  REQUIRE(rows);
  REQUIRE(rows->batch.rows() == 25);
  CHECK(rows->batch.state(0, 0) == State::error);
  CHECK(rows->batch.value(0, 1) == test_value(0, 1));
  CHECK(rows->batch.state(10, 0) == State::good);
}

TEST_CASE("a damaged axis, frame or place is a gap") {
  const char* const faults[] = {
      "UPDATE axis SET data=substr(data, 1, length(data)-1) WHERE id=1",
      "UPDATE axis SET n=n-1 WHERE id=1",
      "UPDATE axis SET t0=t0+1 WHERE id=1",
      "UPDATE axis SET n=4611686018427387904 WHERE id=1",
      "UPDATE axis SET n=-1 WHERE id=1",
  };
  for (const char* fault : faults) {
    MixedRun run;
    run.writer.reset();
    damage(run.path, fault);
    const auto series = run.reader().series(0);
    REQUIRE(series);
    CHECK(series->size() == 15);
    CHECK(series->gaps.size() == 1);
  }
  MixedRun run;
  run.writer.reset();
  damage(run.path, "UPDATE tail SET crc=crc+1");
  const auto series = run.reader().series(0);
  REQUIRE(series);
  CHECK(series->size() == 20);
  CHECK(series->gaps.size() == 1);
}

TEST_CASE("a reader keeps no connection and holds up nothing") {
  MixedRun run;
  const Reader reader = run.reader();
  CHECK(reader.series(0).value().size() == 25);
  CHECK(run.writer->finish().value() == RunState::sealed);
  CHECK(reader.state().value() == RunState::sealed);
  CHECK(reader.series(0).value().size() == 25);
}

TEST_CASE("a run whose owner is dead and that never ended was interrupted") {
  RunHeader header = test_header();
  header.owner.start_time += 1;  // the pid lives, but as another process
  TestRun run(test_options(), header);
  CHECK(run.reader().state().value() == RunState::interrupted);
}

}  // namespace
}  // namespace soakrig::store
