// SPDX-License-Identifier: Apache-2.0
#include "results/report/text_figures.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::report;
using namespace soakrig::test;

namespace {

const TextOptions kWide{false, 400, {}};

}  // namespace

TEST_CASE("a board without wider figures has no such section") {
  CHECK(figures_section({}, kWide).empty());
}

TEST_CASE("power says where it was measured, and whether its meter is known") {
  BoardJudgement b;
  PhaseFigures p;
  p.name = "hot";
  p.power = PowerFigures{};
  p.power->mean_w = 5;
  p.power->measuring_point = "wall";
  p.power->source = "meter\x1b[31m";
  WorkFigures w;
  w.name = "chat";
  w.unit = "{token}/s";
  w.j_per_work = 0.275;
  p.work = {w};
  b.phases = {p};
  std::string text = figures_section(b, kWide);
  CHECK(has(text, "hot: 5 W at wall"));
  CHECK(has(text, "chat: 0.275 J per {token}"));
  CHECK(has(text, "the meter's accuracy is not known"));
  CHECK_FALSE(has(text, "\x1b"));  // what a source calls itself drives no terminal
  b.phases[0].power->accuracy = 0.01;
  b.phases[0].power->lower_w = 4.95;
  b.phases[0].power->upper_w = 5.05;
  text = figures_section(b, kWide);
  CHECK(has(text, "5 W [4.95, 5.05] at wall"));
  CHECK_FALSE(has(text, "not known"));
}

TEST_CASE("a tail with too few values stands in brackets") {
  BoardJudgement b;
  PhaseFigures p;
  p.name = "hot";
  WorkFigures w;
  w.name = "chat";
  w.latency["ttft"] = {"s", 100, 0.1, 0.2, 0.3, 0.4};
  p.work = {w};
  b.phases = {p};
  CHECK(has(figures_section(b, kWide), "hot, chat: ttft p50 0.1, p90 0.2, p99 (0.3) s of 100"));
}

TEST_CASE("a canary says what it found with its bound, or why it is off") {
  analysis::RunView run;
  run.now = kMinute;
  run.spec.phases.resize(1);
  run.spec.phases[0].name = "hot";
  run.spec.phases[0].work = {"chat"};
  run.phases.resize(1);
  run.phases[0].dwell_begin = 0;
  run.phases[0].dwell_end = kMinute;
  CHECK(canary_section(run, "pi", kWide).empty());
  const auto ready = [](const std::string& state) {
    return Event{kSecond, "pi", "work.ready", Severity::info,
                 R"({"workload":"chat","facts":{"canary":")" + state + R"("}})"};
  };
  run.events = {ready("on, ties up to 0.05 nats")};
  CHECK(has(canary_section(run, "pi", kWide), "no answer came to compare"));
  run.events.push_back({2 * kSecond, "pi", "work.note", Severity::info,
                        R"({"workload":"chat","hist":{"window_s":1,"series":{},"canary":)"
                        R"({"asked":10,"same":9,"near_ties":1,"suspected":0,"tokens":1000}}})"});
  const std::string text = canary_section(run, "pi", kWide);
  CHECK(has(text, "hot, chat: 9 of 10 answers as on the cold board, 1 near-ties, 0 suspected"));
  CHECK(has(text, "at most 2996 corrupted tokens in a million"));
  run.events = {ready("off: it tells no probabilities")};
  CHECK(has(canary_section(run, "pi", kWide), "hot, chat: off: it tells no probabilities"));
}

TEST_CASE("quality is told phase by phase, with what got no answer and what means nothing") {
  Plant plant;
  plant.channel("work.sense.solved", "1", constant(0.5), 0, 60, 10)
      .channel("work.sense.answered", "1", pulse(0, 10, 0, 1), 0, 60, 10);
  analysis::RunView run = make_run({plant.board()}, {{"hot", 60}}, {"sense"});
  CHECK(quality_section(run, "pi", kWide).empty());
  run.spec.workloads[0].kind = "quality";
  run.events.push_back(
      make_event(20, "pi", event_kind::kWorkNote,
                 R"({"workload":"sense","event":{"quality":{"no_meaning":"flat"}}})"));
  const std::string text = quality_section(run, "pi", kWide);
  CHECK(has(text,
            "hot, sense: 6 passes, 1 unanswered; top1 means nothing: flat; kl means nothing: "
            "flat; solved 0.5 [0.5, 0.5]"));
  CHECK(quality_section(run, "nobody", kWide).empty());
}

TEST_CASE("steps, drifts that are none, models that are refused") {
  BoardJudgement b;
  b.changes = {{"hot", "chat", "work.chat.tokens", "{token}/s", 60 * kSecond, 20, 12, -0.4}};
  Drift quiet, rising;
  quiet.channel = "quiet";
  rising.channel = "work.chat.memory";
  rising.direction = "rising";
  rising.leak = true;
  b.drifts = {quiet, rising};
  ThermalFit refused;
  refused.phase = "hot";
  refused.refused = "a fan changed";
  b.thermal = {refused};
  Derating d;
  d.workload = "chat";
  d.points = {{20, 20, {}, {}, true, "a"}, {25, 19, {}, {}, false, ""}};
  b.derating = {d};
  const std::string text = figures_section(b, kWide);
  CHECK(has(text, "hot, chat: 20 to 12 {token}/s (-40.0 %) at 1m 00s"));
  CHECK(has(text, "work.chat.memory rising"));
  CHECK(has(text, ": a leak"));
  CHECK_FALSE(has(text, "quiet"));
  CHECK(has(text, "hot: no model: a fan changed"));
  CHECK(has(text, "25 Cel 19 (predicted)"));
}

TEST_CASE("a bound is never printed without what it does not prove; many lines are cut") {
  BoardJudgement b;
  b.reliability = Reliability{};
  b.reliability->bounds = {{"mtbf_h", 0.9, 5.2, {}, "2 T / chi2", "NOT A LIFETIME"}};
  CHECK(has(figures_section(b, kWide),
            "at least 5.2 h (90 % confidence: 2 T / chi2). NOT A LIFETIME"));
  b.changes.assign(40, {"p", "w", "c", "u", 0, 1, 2, 1});
  CHECK(has(figures_section(b, kWide), "and 28 more"));
}
