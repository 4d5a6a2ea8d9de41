// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/background_judge.hpp"

#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("A run that goes on is judged without a verdict") {
  const test::WatchedRun stored(test::watched_run(), false);
  const auto judged = judge_now(stored.path, [] { return false; });
  REQUIRE(judged);
  CHECK_FALSE(judged->verdict);
  REQUIRE(judged->boards.size() == 1);
  CHECK(judged->boards[0].episodes.size() == 1);
}

TEST_CASE("A judging that is given up says so, and what cannot be judged is an error") {
  const test::WatchedRun stored(test::watched_run(), false);
  CHECK(judge_now(stored.path, [] { return true; }).error().code == Errc::cancelled);
  CHECK(judge_now(stored.path + ".none", [] { return false; }).has_error());
}

TEST_CASE("A run too long to hold a channel of it is not judged, and the remedy is named") {
  auto view = test::watched_run();
  view.boards[0].channels[0].period = from_seconds(test::kRunEnd) / 7'000'000;
  const test::WatchedRun stored(view, false);
  const auto judged = judge_now(stored.path, [] { return false; });
  REQUIRE_FALSE(judged);
  CHECK(judged.error().code == Errc::unsupported);
  CHECK(judged.error().remedy.find("soakrig show") != std::string::npos);
}

TEST_CASE("The thread judges one run at a time, hands it over once, and ends while it works") {
  const test::WatchedRun stored(test::watched_run(), false);
  BackgroundJudge judge;
  CHECK_FALSE(judge.take());
  REQUIRE(judge.ask(stored.path));
  CHECK_FALSE(judge.ask(stored.path));
  std::optional<BackgroundJudge::Done> done;
  while (!(done = judge.take())) std::this_thread::yield();
  CHECK(done->path == stored.path);
  REQUIRE(done->judgement);
  CHECK(done->judgement->boards.size() == 1);
  CHECK(judge.ask(stored.path));
}
