// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/run_model.hpp"

#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A stored run is read with its judgement, marks and notes") {
  const test::WatchedRun stored;
  const auto reader = store::Reader::open(stored.path);
  REQUIRE(reader);
  const auto run = load_run(*reader);
  REQUIRE(run);
  CHECK(run->name == "watched");
  CHECK(run->state == RunState::sealed);
  CHECK(run->boards == std::vector<std::string>{"pi"});
  CHECK(run->phases.size() == 2);
  CHECK(run->whole().to >= from_seconds(test::kRunEnd) - 2 * kSecond);
  REQUIRE(run->marks.size() == 2);
  CHECK(run->marks[0].marker == Marker::diamond);
  CHECK(run->marks[1].incident);
  CHECK(run->notes.notes.size() == 1);
  REQUIRE(run->judged("pi") != nullptr);
  CHECK(run->judged("pi")->episodes.size() == 1);
  CHECK(run->judged("mars") == nullptr);
  CHECK(run->problems.empty());
}

TEST_CASE("A run that goes on has no judgement until one is asked for") {
  const test::WatchedRun stored(test::watched_run(), false);
  const auto reader = store::Reader::open(stored.path);
  REQUIRE(reader);
  const auto run = load_run(*reader);
  REQUIRE(run);
  CHECK(run->state == RunState::running);
  CHECK_FALSE(run->judgement);
  const auto judged = judge_model(*reader, run->clock);
  REQUIRE(judged);
  CHECK_FALSE(judged->verdict);
  CHECK(judged->boards.size() == 1);
}

TEST_CASE("A run without samples is a second long, and stops nowhere") {
  RunModel run;
  CHECK(run.whole() == TimeRange{0, kSecond});
  CHECK_FALSE(next_stop(run, 0, true));
}

TEST_CASE("Next and previous stop at incidents and episodes") {
  RunModel run;
  run.marks.push_back({10, Marker::triangle, Severity::alarm, "", "incident", "x", true});
  run.marks.push_back({20, Marker::circle, Severity::info, "", "chamber", "x", false});
  run.judgement.emplace();
  run.judgement->boards.emplace_back();
  analysis::Episode episode;
  episode.when = {30, 40};
  run.judgement->boards[0].episodes.push_back(episode);
  CHECK(next_stop(run, 0, true) == 10);
  CHECK(next_stop(run, 10, true) == 30);
  CHECK(next_stop(run, 100, false) == 30);
  CHECK(next_stop(run, 30, false) == 10);
  CHECK_FALSE(next_stop(run, 30, true));
}

TEST_CASE("Bookkeeping makes no mark") {
  CHECK_FALSE(mark_of({0, "pi", std::string(event_kind::kFacts), Severity::info, "{}"}));
  CHECK(mark_of({0, "pi", std::string(event_kind::kBoot), Severity::info, "{}"})->incident);
}
