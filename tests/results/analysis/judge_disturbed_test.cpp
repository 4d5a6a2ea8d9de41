// SPDX-License-Identifier: Apache-2.0
//
// Whole runs from the plant simulator in which others took the machine, or the load client had too
// little of it: their speeds are the board's neither way.
#include "results/analysis/judgement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kHourS = 3600;

}  // namespace

TEST_CASE("steal makes speed rules inconclusive, both ways") {
  for (const double factor : {1.0, 0.5}) {
    Plant plant;
    plant.sensors(kHourS).work("chat", {}, 0, kHourS, pulse(1800, 1e9, factor, 1));
    plant.cut("cpu.steal", 0, kHourS).channel("cpu.steal", "%", constant(3), 0, kHourS);
    const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
    CHECK(*j.verdict == Verdict::inconclusive);
    CHECK(has(j.reasons[0], "steal 3.0 % > 2.0 %"));
  }
}

TEST_CASE("a load client that was busy itself makes speed rules inconclusive") {
  const auto judged = [](double share) {
    Plant plant;
    plant.sensors(kHourS).work("chat", {}, 0, kHourS);
    plant.channel("work.chat.client_cpu", "1", constant(share), 0, kHourS);
    return judge(make_run({plant.board()}, {{"soak", kHourS}}));
  };
  CHECK(*judged(0.3).verdict == Verdict::pass);
  const Judgement busy = judged(0.95);
  CHECK(*busy.verdict == Verdict::inconclusive);
  CHECK(has(busy.reasons, "the load client itself used 95 % of a core"));
}

TEST_CASE("a load client that waited for a core, or sent late, voids rules on speed and claims") {
  const auto judged = [](double cpu, double wait, double late, int requests, double usage = 30) {
    Plant plant;
    plant.sensors(kHourS).work("chat", {}, 0, kHourS);
    plant.channel("work.chat.client_cpu", "1", constant(cpu), 0, kHourS)
        .channel("work.chat.client_wait", "1", constant(wait), 0, kHourS)
        .channel("cpu.usage", "%", constant(usage), 0, kHourS)
        .channel("cpu.core0.usage", "%", constant(usage), 0, kHourS)
        .channel("work.chat.cpu", "%", constant(20), 0, kHourS);
    RunView run = make_run({plant.board()}, {{"soak", kHourS}});
    Claim claim;
    claim.name = "tokens_per_s";
    claim.value = 1;
    run.spec.boards[0].claims = {claim};
    // One bucket: least · ratio^(i + 1/2) s.
    run.events.push_back(make_event(
        1000, "pi", "work.note",
        R"({"workload":"chat","hist":{"window_s":5,"series":{"lag":{"least":1,"ratio":1.0001,"max":)" +
            std::to_string(late) + R"(,"buckets":[[0,)" + std::to_string(requests) + R"(]]}}}})"));
    return judge(run);
  };
  const auto voided = [](const Judgement& j, const char* why) {
    const BoardJudgement& board = j.boards.at(0);
    CAPTURE(j.reasons);
    CHECK(board.claims.at(0).verdict == Verdict::inconclusive);
    CHECK(has(board.claims.at(0).reason, why));
    CHECK(has(j.reasons, why));
    CHECK(j.verdict == Verdict::inconclusive);
  };
  const Judgement idle = judged(0.1, 0.3, 0.009, 1000);
  CHECK(idle.verdict == Verdict::pass);
  CHECK(idle.boards.at(0).claims.at(0).verdict == Verdict::pass);
  voided(judged(0.05, 0.9, 0.001, 1000), "waited 90 % of the time for a core and used 5 %");
  voided(judged(0.1, 0.1, 0.05, 662), "sent requests late: p99 of its lag 50 ms > 10 ms");
  voided(judged(0.1, 0.1, 0.05, 64), "p90 of its lag 50 ms");
  CHECK(judged(0.1, 0.1, 0.05, 63).verdict == Verdict::pass);  // no tail can be told of so few
  // Strangers as well: both are said.
  const Judgement both = judged(0.05, 0.9, 0.001, 1000, 100);
  voided(both, "other programs used");
  voided(both, "waited 90 %");
}

TEST_CASE("strangers on a full machine make speed rules inconclusive") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS, pulse(1800, 1e9, 0.6, 1));
  plant.channel("cpu.usage", "%", constant(100), 0, kHourS)
      .channel("cpu.core0.usage", "%", constant(100), 0, kHourS)
      .channel("work.chat.cpu", "%", pulse(1800, 1e9, 60, 99), 0, kHourS);
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
  CHECK(*j.verdict == Verdict::inconclusive);
  CHECK(has(j.reasons[0], "other programs used"));
  REQUIRE(j.boards[0].episodes.size() == 1);
  CHECK(j.boards[0].episodes[0].cause == Cause::contention);
  CHECK(has(j.boards[0].episodes[0].evidence[0],
            "40 % of all CPU time by neither workloads nor agent"));
}

TEST_CASE("steal in a few windows takes only those out") {
  Plant plant;
  plant.sensors(kHourS).cut("cpu.steal", 0, kHourS);
  plant.channel("cpu.steal", "%", pulse(600, 780, 30), 0, kHourS);
  plant.work("chat", {}, 0, kHourS, pulse(600, 780, 0.6, 1));
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
  CHECK(*j.verdict == Verdict::inconclusive);
  CHECK(has(j.reasons[0], "only in windows that others disturbed"));
  REQUIRE(j.boards[0].episodes.size() == 1);
  CHECK(j.boards[0].episodes[0].cause == Cause::contention);
}
