// SPDX-License-Identifier: Apache-2.0
//
// Whole runs from the plant simulator: healthy boards pass whatever the shape of their load,
// throttled ones fail with the cause, and what could not be seen is never called a pass.
#include "results/analysis/judgement.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kHourS = 3600;

Judgement judge_load(const Load& load, double seconds = kHourS,
                     const OverTime& factor = constant(1)) {
  Plant plant;
  plant.sensors(seconds).work("chat", load, 0, seconds, factor);
  return judge(make_run({plant.board()}, {{"soak", seconds}}));
}

std::string all_reasons(const Judgement& j) {
  std::string out;
  for (const std::string& r : j.reasons) out += r + "\n";
  return out;
}

void check_pass(const Judgement& j, double speed) {
  INFO(all_reasons(j));
  REQUIRE(j.verdict);
  CHECK(*j.verdict == Verdict::pass);
  REQUIRE(j.boards.size() == 1);
  const WorkFigures& w = j.boards[0].phases.at(0).work.at(0);
  CHECK(*w.peak == Approx(speed).epsilon(1e-3));
  CHECK(*w.sustained == Approx(speed).epsilon(1e-3));
  CHECK(*w.stability > 0.999);
  CHECK(j.boards[0].episodes.empty());
  CHECK(*j.coverage >= 0.99);
  CHECK(*j.boards[0].availability == 1.0);
}

}  // namespace

TEST_CASE("a constant load passes with exact figures") {
  const Judgement j = judge_load({});
  check_pass(j, 20);
  const WorkFigures& w = j.boards[0].phases[0].work[0];
  CHECK(w.unit == "{token}/s");
  CHECK(*w.sustained_ratio == Approx(1));
  CHECK(*w.retention == Approx(1));
  CHECK(*w.p5 == Approx(20));
  CHECK(*w.lower == Approx(20));
  CHECK(*w.upper == Approx(20));
  CHECK(*w.steady_after_s == 0);
  CHECK_FALSE(w.time_to_throttle_s);
  CHECK(*j.boards[0].phases[0].energy_j == Approx(5 * kHourS));
  // 5 W over cycles of 2.2 s with 40 tokens.
  CHECK(*w.j_per_work == Approx(5 * 2.2 / 40).epsilon(1e-3));
}

TEST_CASE("long prompts, growing contexts, pauses and bursts are not throttling") {
  SECTION("long prompts with their own busy time") {
    Load load;
    load.prompt_tokens = 1600;  // 10 s of prefill for 2 s of decode
    check_pass(judge_load(load), 20);
  }
  SECTION("long prompts in one busy time: whole cycles") {
    Load load;
    load.prompt_tokens = 1600;
    load.own_busy = false;
    check_pass(judge_load(load), 40.0 / 12);
  }
  SECTION("a context that grows within each cycle of 22 s") {
    Load load;
    load.answer_tokens = 300;
    load.slowdown = 0.5;
    double busy = 0;
    for (int i = 0; i < 300; ++i) busy += 1 / (20 * (1 - 0.5 * i / 300));
    check_pass(judge_load(load), 300 / busy);
  }
  SECTION("the same, told in one busy time") {
    Load load;
    load.answer_tokens = 300;
    load.slowdown = 0.5;
    load.own_busy = false;
    double busy = 0.2;
    for (int i = 0; i < 300; ++i) busy += 1 / (20 * (1 - 0.5 * i / 300));
    check_pass(judge_load(load), 300 / busy);
  }
  SECTION("paced: one request every 30 s") {
    Load load;
    load.pause_s = 27.8;
    check_pass(judge_load(load), 20);
  }
  SECTION("bursts of five, then 45 s of nothing") {
    Load load;
    load.burst = 5;
    load.burst_pause_s = 45;
    check_pass(judge_load(load), 20);
  }
  SECTION("duty-cycled: three minutes on, three off") {
    Load load;
    load.burst = 82;
    load.burst_pause_s = 180;
    check_pass(judge_load(load), 20);
  }
}

TEST_CASE("answers of different lengths with a growing context are compared by whole cycles") {
  Load load;
  load.answers = {20, 60, 40};
  check_pass(judge_load(load), 20);
}

TEST_CASE("a restart breaks cycles, not the verdict") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, 1000).work("chat", {}, 1004, kHourS);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.events.push_back(make_event(1000, "pi", event_kind::kIncident,
                                  R"({"class":"workload-crash","blame":"config",
                                      "workload":"chat","evidence":["exit code 3"]})"));
  run.events.push_back(make_event(1004, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"));
  const Judgement j = judge(run);
  INFO(all_reasons(j));
  CHECK(*j.verdict == Verdict::pass);  // the profile is to blame, not the board
  REQUIRE(j.boards[0].incidents.size() == 1);
  CHECK(*j.boards[0].incidents[0].recovered_after_s == 4);
  CHECK(*j.boards[0].availability == Approx(1 - 4 / kHourS));
  CHECK(*j.boards[0].phases[0].work[0].stability > 0.999);

  run.events[0].body = R"({"class":"workload-crash","blame":"board","workload":"chat"})";
  const Judgement blamed = judge(run);
  CHECK(*blamed.verdict == Verdict::fail);
  CHECK(has(blamed.reasons[0], "workload-crash at 1000.0 s"));
}

TEST_CASE("a lost link of the rig's is an error only where it did not come back") {
  Plant plant;  // something else keeps a rule from being judged
  plant.sensors(kHourS).work("chat", {}, 0, kHourS / 2);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.events.push_back(make_event(1000, "pi", event_kind::kIncident,
                                  R"({"class":"link-loss","blame":"rig","evidence":["it ended"]})"));
  run.events.push_back(make_event(1004, "pi", event_kind::kLink, R"({"up":true,"after_s":4})"));
  const Judgement back = judge(run);
  INFO(all_reasons(back));
  CHECK(*back.verdict == Verdict::inconclusive);
  REQUIRE(back.boards[0].incidents.size() == 1);
  run.events.pop_back();
  const Judgement gone = judge(run);
  CHECK(*gone.verdict == Verdict::error);
  CHECK(all_reasons(gone).find("link-loss: it ended") != std::string::npos);
}

TEST_CASE("a throttled board fails with the cause and what it lost") {
  // From 2400 s on at 60 % of the speed, flagged by a cooling device.
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS, pulse(2400, 1e9, 0.6, 1));
  plant.cut("limiter.thermal.cpu_state", 0, kHourS)
      .channel("limiter.thermal.cpu_state", "{state}", pulse(2400, 1e9, 3), 0, kHourS);
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
  INFO(all_reasons(j));
  CHECK(*j.verdict == Verdict::fail);
  CHECK(has(j.reasons[0], "stability 0.600 < 0.97"));
  const BoardJudgement& b = j.boards[0];
  REQUIRE(b.episodes.size() == 1);
  const Episode& e = b.episodes[0];
  CHECK(e.cause == Cause::thermal);
  CHECK(e.flagged);
  CHECK(to_seconds(e.when.from) == Approx(2400).margin(2));
  CHECK(to_seconds(e.when.to) == Approx(3600).margin(3));
  CHECK(*e.speed_ratio == Approx(0.6).epsilon(0.01));
  // 1200 s; each cycle of 40 tokens takes 2 s of decode unhindered and 0.2 s of prompt. At 0.6 it
  // is 3.667 s, of which 3.333 s decode at 12 instead of 20 tokens/s: 8 tokens/s lost while
  // decoding.
  CHECK(*e.lost_work == Approx(1200 * (3.3333 / 3.6667) * 8).epsilon(0.01));
  CHECK(has(e.effect, "chat at 0.60 of its baseline: 12 of 20 {token}/s"));
  REQUIRE_FALSE(e.evidence.empty());
  CHECK(has(e.evidence[0], "limiter.thermal.cpu_state: 0 -> 3"));
  const WorkFigures& w = b.phases[0].work[0];
  CHECK(*w.sustained == Approx(12).epsilon(0.001));  // the last half is mostly throttled
  CHECK(*w.peak == Approx(20).epsilon(0.001));
  CHECK(*w.time_to_throttle_s == Approx(2400).margin(1));
}

TEST_CASE("a hot phase is measured against the cold one") {
  Plant plant;
  plant.sensors(2400).work("chat", {}, 0, 1200);
  plant.work("chat", {}, 1200, 2400, constant(0.7));  // throttled all through
  plant.cut("limiter.thermal.cpu_state", 0, 2400)
      .channel("limiter.thermal.cpu_state", "{state}", pulse(1200, 1e9, 1), 0, 2400);
  const Judgement j = judge(make_run({plant.board()}, {{"cold", 1200}, {"hot", 1200}}));
  const BoardJudgement& b = j.boards[0];
  REQUIRE(b.episodes.size() == 1);
  CHECK(b.episodes[0].cause == Cause::thermal);
  CHECK(*b.episodes[0].speed_ratio == Approx(0.7).epsilon(0.01));
  CHECK(*b.phases[1].work[0].retention == Approx(0.7).epsilon(0.001));
  CHECK(*b.phases[1].work[0].stability > 0.999);  // steady, but slow: retention tells
  CHECK(*b.phases[1].work[0].time_to_throttle_s == 0);
}

TEST_CASE("each cause is told by its limiter") {
  const auto [channel, cause] = GENERATE(table<std::string, Cause>({
      {"limiter.thermal.x_state", Cause::thermal},
      {"limiter.under-voltage.x", Cause::under_voltage},
      {"limiter.over-current.x", Cause::over_current},
      {"limiter.power-cap.x", Cause::power_cap},
      {"limiter.user-cap.x", Cause::user_cap},
      {"limiter.memory-pressure.x", Cause::memory_pressure},
      {"limiter.contention.x", Cause::contention},
  }));
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS, pulse(1800, 2100, 0.8, 1));
  plant.channel(channel, "{state}", pulse(1800, 2100, 1), 0, kHourS);
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
  REQUIRE(j.boards[0].episodes.size() == 1);
  CHECK(j.boards[0].episodes[0].cause == cause);
  CHECK(*j.boards[0].episodes[0].speed_ratio == Approx(0.8).epsilon(0.02));
}

TEST_CASE("a slow time that nothing explains is unknown; a short dip is nothing") {
  const Judgement slow = judge_load({}, kHourS, pulse(1800, 1830, 0.8, 1));
  REQUIRE(slow.boards[0].episodes.size() == 1);
  CHECK(slow.boards[0].episodes[0].cause == Cause::unknown);
  CHECK_FALSE(slow.boards[0].episodes[0].flagged);
  CHECK(judge_load({}, kHourS, pulse(1800, 1803, 0.8, 1)).boards[0].episodes.empty());
}

TEST_CASE("a missing temperature is named and never passes") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  plant.unreadable("soc.temperature", "Cel", "no thermal zone");
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
  CHECK(*j.verdict == Verdict::inconclusive);
  CHECK(*j.coverage == 0);
  REQUIRE(j.reasons.size() == 1);
  CHECK(has(j.reasons[0], "soc.temperature"));
  CHECK(has(j.reasons[0], "no thermal zone"));
}

TEST_CASE("limits: a board's breach fails, the chamber's is an error, warn only tells") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.spec.boards[0].limits = {{"soc.temperature", std::nullopt, 55.0, LimitAction::stop}};
  const Judgement j = judge(run);
  CHECK(*j.verdict == Verdict::fail);
  CHECK(has(j.reasons[0], "soc.temperature 60 Cel > 55 Cel"));
  run.spec.boards[0].limits[0].action = LimitAction::warn;
  CHECK(*judge(run).verdict == Verdict::pass);

  Plant chamber("");
  chamber.channel("chamber.temperature", "Cel", constant(95), 0, kHourS);
  run.rig = chamber.board().channels;
  run.spec.chamber = ChamberSpec{};
  run.spec.chamber->limits = {{"chamber.temperature", std::nullopt, 90.0, LimitAction::trip}};
  const Judgement rig = judge(run);
  CHECK(*rig.verdict == Verdict::error);
  CHECK(has(rig.reasons[0], "chamber.temperature 95 Cel > 90 Cel"));
}

TEST_CASE("a rig fault is an error only where it kept a rule from being judged") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.events.push_back(make_event(100, "", event_kind::kRigFault,
                                  R"({"what":"chamber link lost","remedy":"check the cable"})"));
  CHECK(*judge(run).verdict == Verdict::pass);
  run.spec.phases.push_back(run.spec.phases[0]);
  run.spec.phases[1].name = "never";
  const Judgement j = judge(run);
  CHECK(*j.verdict == Verdict::error);
  CHECK(has(j.reasons[0], "chamber link lost; check the cable"));
  run.events.clear();
  CHECK(*judge(run).verdict == Verdict::inconclusive);
}

TEST_CASE("the operator's stop is inconclusive unless the board had failed") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.events.push_back(make_event(3599, "", event_kind::kOperator, R"({"action":"stop"})"));
  CHECK(*judge(run).verdict == Verdict::inconclusive);
  run.spec.boards[0].limits = {{"soc.temperature", std::nullopt, 55.0, LimitAction::stop}};
  CHECK(*judge(run).verdict == Verdict::fail);
}

TEST_CASE("an interrupted run gets figures and no verdict") {
  Plant plant;
  plant.sensors(1000).work("chat", {}, 0, 1000);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.ended = false;
  run.facts.state = RunState::interrupted;
  run.now = 1000 * kSecond;
  run.phases[0].dwell_end = run.phases[0].end = std::nullopt;
  const Judgement j = judge(run);
  CHECK_FALSE(j.verdict);
  CHECK_FALSE(j.boards[0].verdict);
  CHECK(*j.boards[0].phases[0].work[0].peak == Approx(20));
  CHECK(*j.coverage == Approx(1000 / kHourS).epsilon(0.01));
}

TEST_CASE("the worst board gives the run's verdict, and reasons name it") {
  Plant good("a"), bad("b");
  good.sensors(kHourS).work("chat", {}, 0, kHourS);
  bad.sensors(kHourS).work("chat", {}, 0, kHourS, pulse(1800, 1e9, 0.8, 1));
  const Judgement j = judge(make_run({good.board(), bad.board()}, {{"soak", kHourS}}));
  CHECK(*j.boards[0].verdict == Verdict::pass);
  CHECK(*j.boards[1].verdict == Verdict::fail);
  CHECK(*j.verdict == Verdict::fail);
  CHECK(std::any_of(j.reasons.begin(), j.reasons.end(),
                    [](const std::string& r) { return r.starts_with("b: stability 0.800"); }));
}

TEST_CASE("two workloads at once are judged each on its own") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  Load other;
  other.answer_speed = 5;
  plant.work("mix", other, 0, kHourS, pulse(2400, 1e9, 0.9, 1));
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}, {"chat", "mix"}));
  REQUIRE(j.boards[0].phases[0].work.size() == 2);
  CHECK(*j.boards[0].phases[0].work[0].stability > 0.999);
  CHECK(*j.boards[0].phases[0].work[1].stability == Approx(0.9).epsilon(0.01));
  CHECK(*j.verdict == Verdict::fail);
  CHECK(has(j.reasons[0], "mix in phase soak"));
  REQUIRE(j.boards[0].episodes.size() == 1);
  CHECK(j.boards[0].episodes[0].workload == "mix");
}

TEST_CASE("phases without work, and runs without boards") {
  Plant plant;
  plant.sensors(600);
  const Judgement idle = judge(make_run({plant.board()}, {{"idle", 600}}, {}));
  INFO(all_reasons(idle));
  CHECK(*idle.verdict == Verdict::pass);
  CHECK(idle.boards[0].phases[0].work.empty());
  CHECK(*judge(make_run({}, {{"idle", 600}}, {})).verdict == Verdict::error);
}

TEST_CASE("a phase too short for two windows shows figures and is not judged") {
  const Judgement j = judge_load({}, 60);
  CHECK(*j.verdict == Verdict::inconclusive);
  CHECK(has(j.reasons[0], "cannot be judged"));
  CHECK(*j.boards[0].phases[0].work[0].peak == Approx(20));
  CHECK(j.boards[0].phases[0].work[0].sustained_rule == "the last half of a dwell below 1 h");
}

TEST_CASE("work that never came is named") {
  Plant plant;
  plant.sensors(kHourS);
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
  CHECK(*j.verdict == Verdict::inconclusive);
  CHECK(has(all_reasons(j), "work.chat.tokens: no valid data"));
  CHECK_FALSE(j.boards[0].phases[0].work[0].peak);
}
