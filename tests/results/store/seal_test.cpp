// SPDX-License-Identifier: Apache-2.0
// Also tests: seal_tail.cpp sealer.cpp
#include "results/store/seal.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "results/store/database.hpp"
#include "results/store/read_session.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

RunHeader dead_owner() {
  RunHeader header = test_header();
  header.owner.start_time += 1;
  return header;
}

// A run that was cut off with 30 rows in its tail.
struct CutOff : TestRun {
  CutOff() : TestRun(test_options(), dead_owner()) {
    const SourceId source = writer->add_source(kRigBoard, test_source());
    for (std::size_t i = 0; i < 3; ++i) {
      REQUIRE(writer->submit(source, test_rows(i * 10, 10)));
      REQUIRE(writer->flush());
    }
    writer.reset();
  }
};

TEST_CASE("an interrupted run is made self-contained and stays interrupted") {
  const CutOff run;
  const auto state = seal(run.path);
  REQUIRE(state);
  CHECK(*state == RunState::interrupted);
  CHECK_FALSE(std::filesystem::exists(run.path + "-wal"));
  const Reader reader = run.reader();
  CHECK(reader.stats().value().tail_samples == 0);
  const auto series = reader.series(1);
  REQUIRE(series);
  REQUIRE(series->size() == 30);
  for (std::size_t i = 0; i < 30; ++i) CHECK(series->v[i] == test_value(i, 1));
  CHECK(seal(run.path).value() == RunState::interrupted);  // again: nothing more to do
}

TEST_CASE("a frame that was damaged before sealing becomes a stored gap") {
  const CutOff run;
  {
    auto database = Database::open(run.path, Database::Mode::read_write);
    REQUIRE(database);
    REQUIRE(database->execute("UPDATE tail SET data=zeroblob(5) WHERE id=2"));
  }
  REQUIRE(seal(run.path));
  const Reader reader = run.reader();
  CHECK(reader.series(0).value().size() == 20);
  EventFilter gaps;
  gaps.kind = "gap";
  const auto events = reader.events(gaps);
  REQUIRE(events);
  REQUIRE(events->size() == 1);
  CHECK(events->at(0).event.t == kSecond);
}

TEST_CASE("a run that is being written is left alone") {
  TestRun run;
  const auto refused = seal(run.path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::busy);
  CHECK(refused.error().remedy == "stop it first with soakrig stop");
}

TEST_CASE("a reader in the way leaves the run ended-unsealed, and the next command seals it") {
  WriterOptions options = test_options();
  options.finish_wait = 50 * kMillisecond;
  TestRun run(options);
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 10)));
  REQUIRE(run.writer->flush());
  {
    // What Reader never does: a connection that stays, in a transaction.
    const SessionSource files(run.path);
    auto held = files.open();
    REQUIRE(held);
    const auto snapshot = Snapshot::begin(*held);
    REQUIRE(held->query_integer("SELECT count(*) FROM tail").value() == 1);
    CHECK(run.writer->finish().value() == RunState::ended_unsealed);
    CHECK(run.reader().state().value() == RunState::ended_unsealed);
    CHECK(seal(run.path, 30 * kMillisecond).error().code == Errc::busy);
  }
  CHECK(seal(run.path).value() == RunState::sealed);
  CHECK(seal(run.path).value() == RunState::sealed);
  CHECK(run.reader().series(0).value().size() == 10);
}

TEST_CASE("a run is sealed while a dashboard is open that looks at it again and again") {
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  for (std::size_t i = 0; i < 40; ++i) REQUIRE(run.writer->submit(source, test_rows(i * 100, 100)));
  REQUIRE(run.writer->flush());
  std::atomic<int> looks = 0;
  std::jthread dashboard([&](const std::stop_token& stop) {
    const auto reader = Reader::open(run.path);
    std::mutex mutex;
    std::condition_variable_any pace;
    const std::vector<ChannelId> all = {0, 1};
    while (reader && !stop.stop_requested()) {
      static_cast<void>(reader->views(all, kFromStart, kToEnd, 2000));
      static_cast<void>(reader->latest(all));
      ++looks;
      std::unique_lock lock(mutex);  // twenty looks a second
      pace.wait_for(lock, stop, std::chrono::milliseconds(50), [] { return false; });
    }
  });
  while (looks < 3) std::this_thread::yield();
  const auto ended = run.writer->finish();
  REQUIRE(ended);
  // On a slow machine the looks may fill its three seconds: then the next command seals.
  CHECK((*ended == RunState::sealed || *ended == RunState::ended_unsealed));
  CHECK(seal(run.path, 60 * kSecond).value() == RunState::sealed);
  const int before = looks;
  while (looks < before + 2) std::this_thread::yield();  // it still looks, now at a sealed file
  dashboard.request_stop();
  dashboard.join();
  CHECK_FALSE(std::filesystem::exists(run.path + "-wal"));
  CHECK(run.reader().series(0).value().size() == 4000);
}

TEST_CASE("sealing a file that is none says so") {
  const test::TempDir directory;
  directory.write("x.soak", "not a database");
  CHECK(seal(directory.file("x.soak")).error().code == Errc::corrupt);
  CHECK(seal(directory.file("y.soak")).error().code == Errc::not_found);
}

}  // namespace
}  // namespace soakrig::store
