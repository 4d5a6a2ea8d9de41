// SPDX-License-Identifier: Apache-2.0
// Also tests: write_core.cpp write_queue.cpp tail.cpp
#include "results/store/writer.hpp"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <limits>
#include <mutex>
#include <thread>

#include "rig/base/fd.hpp"
#include "rig/base/secrets.hpp"
#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

TEST_CASE("what is flushed is read back while the run is live") {
  TestRun run;
  const BoardId board = run.writer->add_board("left", R"({"model":"x"})");
  const SourceId source = run.writer->add_source(board, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 25)));
  REQUIRE(run.writer->flush());

  const Reader reader = run.reader();
  CHECK(reader.state().value() == RunState::running);
  CHECK(reader.boards().value().at(0).name == "left");
  const auto series = reader.series("left", "thermal.c1");
  REQUIRE(series);
  REQUIRE(series->size() == 25);
  CHECK(series->t[24] == 2400 * kMillisecond);
  CHECK(series->v[24] == test_value(24, 1));
  CHECK(series->state[24] == State::good);
  CHECK(series->gaps.empty());
}

TEST_CASE("rows sealed and rows in the tail make one series") {
  WriterOptions options = test_options();
  options.rows_per_chunk = 10;
  TestRun run(options);
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  for (std::size_t i = 0; i < 13; ++i) {
    REQUIRE(run.writer->submit(source, test_rows(i * 3, 3)));
    REQUIRE(run.writer->flush());
  }
  const Reader reader = run.reader();
  const auto stats = reader.stats();
  REQUIRE(stats);
  CHECK(stats->samples == 78);
  CHECK(stats->tail_samples == 6);  // sealed at 12, 24 and 36 rows
  const auto series = reader.series(1);
  REQUIRE(series);
  REQUIRE(series->size() == 39);
  for (std::size_t i = 0; i < 39; ++i) CHECK(series->v[i] == test_value(i, 1));
  CHECK(run.writer->stats().sealed_chunks == 6);
}

TEST_CASE("absent readings keep their states through tail and chunks, from the first row on") {
  WriterOptions options = test_options();
  options.rows_per_chunk = 4;
  TestRun run(options);
  const SourceId source = run.writer->add_source(kRigBoard, test_source("thermal", 1));
  std::vector<State> expected;
  // Batches with states and without, in both orders.
  for (std::size_t row = 0; row < 6; ++row) {
    Batch batch = test_rows(row, 1, 1);
    const State state = row == 0 ? State::no_data : row == 3 ? State::stale : State::good;
    if (state != State::good) {
      batch.values[0] = 0;
      batch.states = {state};
    }
    expected.push_back(state);
    REQUIRE(run.writer->submit(source, batch));
    if (row % 2 == 1) REQUIRE(run.writer->flush());
    if (row == 3) CHECK(run.writer->stats().sealed_chunks == 1);
  }
  const auto series = run.reader().series(0);
  REQUIRE(series);
  CHECK(series->state == expected);
  CHECK(series->v == std::vector<double>{0, 1, 2, 0, 4, 5});
}

TEST_CASE("finish leaves one self-contained file") {
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 7)));
  run.clock.advance(90 * kSecond);
  const auto state = run.writer->finish();
  REQUIRE(state);
  CHECK(*state == RunState::sealed);
  CHECK_FALSE(std::filesystem::exists(run.path + "-wal"));
  CHECK_FALSE(std::filesystem::exists(run.path + "-shm"));
  const Reader reader = run.reader();
  CHECK(reader.state().value() == RunState::sealed);
  CHECK(reader.ended().value() == 90 * kSecond);
  CHECK(reader.stats().value().tail_samples == 0);
  CHECK(reader.series(0).value().size() == 7);
  // Afterwards everything is refused, nothing is lost in silence.
  CHECK(run.writer->submit(source, test_rows(7, 1)).error().code == Errc::cancelled);
  CHECK(run.writer->journal("late", "{}").error().code == Errc::cancelled);
  CHECK(run.writer->finish().error().code == Errc::cancelled);
}

TEST_CASE("a writer that is destroyed commits what it was given, and the run never ended") {
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 5)));
  run.writer.reset();
  const Reader reader = run.reader();
  CHECK(reader.series(0).value().size() == 5);
  CHECK_FALSE(reader.ended().value());
}

TEST_CASE("a commit reports the cursors and times it made durable") {
  std::mutex mutex;
  std::vector<CommitReport> reports;
  WriterOptions options = test_options();
  options.on_commit = [&](const CommitReport& report) {
    const std::lock_guard lock(mutex);
    reports.push_back(report);
  };
  TestRun run(options);
  const BoardId board = run.writer->add_board("b", "{}");
  const SourceId source = run.writer->add_source(board, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 2), Cursor{board, "s1", 1}));
  REQUIRE(run.writer->event({.t = 7 * kSecond, .board = "b", .kind = "x", .body = "{}"},
                            Cursor{board, "s1", 2}));
  REQUIRE(run.writer->flush());
  REQUIRE(run.writer->flush());
  const std::lock_guard lock(mutex);
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].cursors == std::vector<Cursor>{{board, "s1", 2}});
  CHECK(reports[0].durable_until == 7 * kSecond);
  CHECK(reports[1].cursors.empty());
  CHECK(reports[1].commits == 2);
  CHECK(run.reader().cursors().value() == std::vector<Cursor>{{board, "s1", 2}});
}

TEST_CASE("a batch sent twice is stored once and acknowledged again") {
  std::atomic<int> told = 0;
  WriterOptions options = test_options();
  options.on_commit = [&](const CommitReport& report) {
    told += static_cast<int>(report.cursors.size());
  };
  TestRun run(options);
  const BoardId board = run.writer->add_board("b", "{}");
  const SourceId source = run.writer->add_source(board, test_source());
  for (int i = 0; i < 2; ++i) {
    REQUIRE(run.writer->submit(source, test_rows(0, 4), Cursor{board, "s1", 1}));
    REQUIRE(run.writer->flush());
  }
  CHECK(run.reader().series(0).value().size() == 4);
  CHECK(run.writer->stats().duplicates == 1);
  CHECK(told == 2);
}

TEST_CASE("the same board and the same source keep their ids") {
  TestRun run;
  const BoardId board = run.writer->add_board("b", "{}");
  CHECK(run.writer->add_board("b", "{}") == board);
  const SourceId source = run.writer->add_source(board, test_source());
  CHECK(run.writer->add_source(board, test_source()) == source);
  CHECK(run.writer->add_source(kRigBoard, test_source()) != source);
  // With other channels it is another source, and a name reads over both.
  const SourceId wider = run.writer->add_source(board, test_source("thermal", 3));
  CHECK(wider != source);
  REQUIRE(run.writer->submit(source, test_rows(0, 3)));
  REQUIRE(run.writer->submit(wider, test_rows(3, 2, 3)));
  REQUIRE(run.writer->flush());
  const auto series = run.reader().series("b", "thermal.c0");
  REQUIRE(series);
  CHECK(series->v == std::vector<double>{0, 1, 2, 3, 4});
}

TEST_CASE("batches that break a rule are refused before they are queued") {
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  Batch wide = test_rows(0, 1, 3);
  CHECK(run.writer->submit(source, wide).error().code == Errc::invalid);
  Batch ragged = test_rows(0, 2);
  ragged.values.pop_back();
  CHECK(run.writer->submit(source, ragged).error().code == Errc::invalid);
  Batch not_a_number = test_rows(0, 1);
  not_a_number.values[1] = std::numeric_limits<double>::quiet_NaN();
  CHECK(run.writer->submit(source, not_a_number).error().code == Errc::invalid);
  // An absent reading has a state, and no number at all.
  not_a_number.states = {State::good, State::error};
  not_a_number.values[1] = 0;
  CHECK(run.writer->submit(source, not_a_number));
  Batch far = test_rows(0, 1);
  far.taken[0] = INT64_MAX;
  CHECK(run.writer->submit(source, far).error().code == Errc::invalid);
  CHECK(run.writer->event({.board = "nobody", .kind = "x"}).error().code == Errc::invalid);
}

TEST_CASE("rows older than their source's last are refused, counted and told") {
  TestRun run;
  const BoardId board = run.writer->add_board("b", "{}");
  const SourceId source = run.writer->add_source(board, test_source());
  REQUIRE(run.writer->submit(source, test_rows(10, 5)));
  REQUIRE(run.writer->submit(source, test_rows(12, 5)));  // 12, 13 are older than 14
  REQUIRE(run.writer->flush());
  CHECK(run.writer->stats().backwards_rows == 2);
  CHECK(run.reader().series(0).value().v == std::vector<double>{10, 11, 12, 13, 14, 14, 15, 16});
  EventFilter gaps;
  gaps.kind = "gap";
  const auto events = run.reader().events(gaps);
  REQUIRE(events);
  REQUIRE(events->size() == 1);
  CHECK(events->at(0).event.board == "b");
  CHECK(events->at(0).event.t == 1200 * kMillisecond);
}

TEST_CASE("a gap in time seals what came before it") {
  TestRun run;
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 64)));
  REQUIRE(run.writer->submit(source, test_rows(200, 5)));
  REQUIRE(run.writer->flush());
  CHECK(run.writer->stats().sealed_chunks == 2);
  CHECK(run.reader().stats().value().tail_samples == 10);
  CHECK(run.reader().series(0).value().size() == 69);
}

TEST_CASE("a source that fell silent is sealed by the time of the others") {
  WriterOptions options = test_options();
  options.chunk_span = kMinute;
  TestRun run(options);
  const SourceId silent = run.writer->add_source(kRigBoard, test_source("silent", 1));
  const SourceId other = run.writer->add_source(kRigBoard, test_source("other", 1));
  REQUIRE(run.writer->submit(silent, test_rows(0, 3, 1)));
  REQUIRE(run.writer->flush());
  REQUIRE(run.writer->submit(other, test_rows(600, 1, 1)));
  REQUIRE(run.writer->flush());
  CHECK(run.writer->stats().sealed_chunks == 1);
  CHECK(run.reader().series(0).value().size() == 3);
}

TEST_CASE("a journal entry is durable when the call returns") {
  TestRun run;
  run.clock.advance(5 * kSecond);
  REQUIRE(run.writer->journal("dwell", R"({"phase":1})"));
  const auto journal = run.reader().journal();
  REQUIRE(journal);
  REQUIRE(journal->size() == 1);
  CHECK(journal->at(0).t == 5 * kSecond);
  CHECK(journal->at(0).state == "dwell");
  CHECK(journal->at(0).detail_json == R"({"phase":1})");
}

TEST_CASE("phases, anchors, facts and judgement are kept as given") {
  TestRun run;
  const BoardId board = run.writer->add_board("b", "{}");
  run.writer->set_board_facts(board, R"({"soc":"rk3588"})");
  PhaseTimes phase{.index = 1,
                   .name = "hot",
                   .begin = 5,
                   .dwell_begin = {},
                   .dwell_end = {},
                   .end = {},
                   .dwell_counted = 0};
  REQUIRE(run.writer->set_phase(phase));
  phase.dwell_begin = 9;
  phase.dwell_counted = 4;
  REQUIRE(run.writer->set_phase(phase));
  REQUIRE(run.writer->anchor({board, "boot-1", {10, 20, 3}}));
  REQUIRE(run.writer->set_judgement(Verdict::fail, R"({"reasons":[]})"));
  const Reader reader = run.reader();
  CHECK(reader.phases().value() == std::vector<PhaseTimes>{phase});
  CHECK(reader.boards().value().at(0).facts_json == R"({"soc":"rk3588"})");
  const Anchor anchor = reader.anchors().value().at(0);
  CHECK(anchor.boot_id == "boot-1");
  CHECK(anchor.clock.map(11) == 21);
  CHECK(reader.judgement().value()->verdict == Verdict::fail);
  CHECK(reader.judgement().value()->json == R"({"reasons":[]})");
}

TEST_CASE("a full queue makes submit wait and try_submit refuse, and loses nothing") {
  std::mutex gate;
  std::unique_lock closed(gate);
  std::atomic<bool> at_gate = false;
  WriterOptions options = test_options();
  options.queue_bytes = 4096;
  options.on_commit = [&](const CommitReport&) {
    at_gate = true;
    const std::lock_guard pass(gate);
  };
  TestRun run(options);
  const SourceId source = run.writer->add_source(kRigBoard, test_source());
  run.writer->request_commit();
  while (!at_gate) std::this_thread::yield();
  // The writer's thread stands in its callback: what is handed over now stays in the queue.
  std::size_t rows = 0;
  for (;;) {
    Batch batch = test_rows(rows, 10);
    const auto taken = run.writer->try_submit(source, batch);
    REQUIRE(taken);
    if (!*taken) {
      CHECK(batch.rows() == 10);  // still the caller's
      break;
    }
    rows += 10;
  }
  CHECK(rows > 0);
  std::atomic<bool> handed_over = false;
  bool taken = false;  // checks are not for a second thread
  std::thread producer([&] {
    taken = run.writer->submit(source, test_rows(rows, 10)).has_value();
    handed_over = true;
  });
  CHECK_FALSE(handed_over);
  closed.unlock();
  producer.join();
  CHECK(taken);
  REQUIRE(run.writer->flush());
  CHECK(run.reader().series(0).value().size() == rows + 10);
}

TEST_CASE("an existing run is never overwritten, and a folder that cannot be made is told") {
  TestRun run;
  const auto again =
      Writer::create(run.directory.path().string(), test_header(), run.clock, test_options());
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::busy);
  CHECK(again.error().file == run.path);
  const auto nowhere = Writer::create(run.path + "/x", test_header(), run.clock, test_options());
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().file == run.path + "/x");
}

TEST_CASE("no secret reaches the file, by whichever door it comes") {
  RunHeader header = test_header();
  header.spec_json = R"({"name":"night","workloads":[{"argv":["chat","--api-key","hush-spec"]}]})";
  header.profile_text = "argv = [\"chat\", \"--api-key\", \"hush-profile\"]\n";
  header.host_json = R"({"host":"rig-7","auth_token":"hush-host"})";
  TestRun run(test_options(), header);
  Writer& writer = *run.writer;
  const BoardId board = writer.add_board("b", R"({"model":"kept-model","token":"hush-facts"})");
  writer.set_board_facts(board, R"({"model":"kept-model","password":"hush-later"})");
  SourceInfo source = test_source();
  source.channels[0].source = "http://mei:hush-source@meter/power";
  source.channels[0].reason = "refused: password=hush-reason";
  const SourceId id = writer.add_source(board, source);
  CHECK(writer.add_source(board, source) == id);  // known again, masked or not
  Event event;
  event.board = "b";
  event.kind = "work.started";
  event.body = R"({"argv":["chat","--api-key","hush-argv"],"stderr":"HF_TOKEN=hush-log kept-log"})";
  REQUIRE(writer.event(event));
  REQUIRE(writer.journal("dwell", R"({"why":"Authorization: Bearer hush-journal"})"));
  REQUIRE(writer.finish());
  run.writer.reset();
  const std::string bytes = read_file(run.path).value();
  CHECK(bytes.find("hush-") == std::string::npos);
  CHECK(bytes.find(kMasked) != std::string::npos);
  // The search finds what is no secret, so it would find one.
  for (const char* kept : {"rig-7", "kept-model", "kept-log", "--api-key", "http://mei:"}) {
    CHECK(bytes.find(kept) != std::string::npos);
  }
}

}  // namespace
}  // namespace soakrig::store
