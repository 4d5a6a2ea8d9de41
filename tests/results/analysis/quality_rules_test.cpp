// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/quality_rules.hpp"

#include <algorithm>

#include "results/analysis/judgement.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kPhaseS = 600;
constexpr double kNoAnswer = -1;

// One pass each 30 s.
Series passes(const std::vector<double>& values, double from_s = 15) {
  Series out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool told = values[i] >= 0;
    out.t.push_back(from_seconds(from_s + 30 * static_cast<double>(i)));
    out.v.push_back(told ? values[i] : 0);
    out.states.push_back(told ? State::good : State::no_data);
  }
  return out;
}

std::vector<double> both(std::vector<double> cold, const std::vector<double>& hot) {
  cold.insert(cold.end(), hot.begin(), hot.end());
  return cold;
}

// Twenty passes in phase cold, twenty in phase hot, of the gauge top1 (or another).
RunView soaked(const std::vector<double>& values, const std::vector<std::string>& bars,
               const std::string& gauge = "top1") {
  Plant plant;
  plant.sensors(2 * kPhaseS).work("chat", {}, 0, 2 * kPhaseS);
  plant.samples("work.sense." + gauge, "1", passes(values), 0);
  std::vector<double> answered;
  for (const double v : values) answered.push_back(v >= 0 ? 1 : 0);
  plant.samples("work.sense.answered", "1", passes(answered), 0);
  RunView run = make_run({plant.board()}, {{"cold", kPhaseS}, {"hot", kPhaseS}});
  run.spec.phases[0].reference = true;
  WorkloadSpec sense;
  sense.name = "sense";
  sense.kind = "quality";
  sense.work = "questions";
  sense.argv = {"soakrig", "quality"};
  sense.argv.insert(sense.argv.end(), bars.begin(), bars.end());
  run.spec.workloads.push_back(sense);
  for (PhaseSpec& phase : run.spec.phases) phase.work.push_back("sense");
  return run;
}

std::vector<Finding> judged(const RunView& run) { return judge_quality(run, run.boards[0]); }

// Healthy engines round otherwise from time to time.
std::vector<double> around(double level, std::size_t n = 20) {
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(level + (i % 3 == 0 ? 0.02 : -0.01));
  return out;
}

}  // namespace

TEST_CASE("a floor of quality: the interval of each phase decides") {
  const auto found = judged(soaked(both(around(0.97), around(0.8)), {"--top1-min", "0.9"}));
  REQUIRE(found.size() == 2);
  CHECK(found[0].verdict == Verdict::pass);
  CHECK(found[0].phase == "cold");
  CHECK(found[0].rule == "quality");
  CHECK(found[0].name == "top1_min");
  CHECK(found[0].channel == "work.sense.top1");
  CHECK(*found[0].value == Approx(0.9705));
  CHECK(*found[0].lo > 0.95);
  CHECK(*found[0].hi < 0.99);
  CHECK(found[1].verdict == Verdict::fail);
  CHECK(found[1].phase == "hot");
  CHECK(*found[1].bar == 0.9);
  CHECK(found[1].over->from == from_seconds(kPhaseS));
  INFO(found[1].reason);
  CHECK(found[1].reason.find("top1 of sense in phase hot 0.80") == 0);
  CHECK(found[1].reason.find("at least 0.9") != std::string::npos);
  // An interval that holds the bar says neither.
  const auto open = judged(soaked(around(0.9, 40), {"--top1-min", "0.9"}));
  CHECK(open[0].verdict == Verdict::inconclusive);
  CHECK(open[0].reason.find("the interval holds the bar") != std::string::npos);
  CHECK_FALSE(open[0].for_want_of_data);
  // Equal values are what they are, to the last bit or not.
  CHECK(judged(soaked(std::vector<double>(40, 0.9), {"--top1-min", "0.9"}))[1].verdict ==
        Verdict::pass);
}

TEST_CASE("a fall of quality is from the reference phase, and a ceiling is of KL") {
  const auto fall = [](double hot, const char* bar) {
    const auto found = judged(soaked(both(around(0.97), around(hot)), {"--top1-fall-max", bar}));
    REQUIRE(found.size() == 1);
    CHECK(found[0].phase == "hot");
    return found[0];
  };
  CHECK(fall(0.965, "0.05").verdict == Verdict::pass);
  const Finding fell = fall(0.8, "0.05");
  CHECK(fell.verdict == Verdict::fail);
  CHECK(*fell.value == Approx(0.17));
  CHECK(*fell.lo > 0.15);
  CHECK(fell.reason.find("from phase cold to phase hot") != std::string::npos);
  CHECK(fall(0.965, "0.005").verdict == Verdict::inconclusive);
  CHECK(fall(0.99, "0").verdict == Verdict::pass);  // it rose
  // The first phase, where none is the reference.
  RunView run = soaked(both(around(0.97), around(0.8)), {"--top1-fall-max", "0.05"});
  run.spec.phases[0].reference = false;
  CHECK(judged(run)[0].verdict == Verdict::fail);
  run.spec.phases[1].work = {"chat"};
  REQUIRE(judged(run).size() == 1);
  CHECK(judged(run)[0].verdict == Verdict::inconclusive);
  CHECK(judged(run)[0].reason.find("no other to fall to") != std::string::npos);
  const auto kl = judged(soaked(both(around(0.05), around(0.4)), {"--kl-max", "0.2"}, "kl"));
  CHECK(kl[0].verdict == Verdict::pass);
  CHECK(kl[1].verdict == Verdict::fail);
}

TEST_CASE("too few passes say nothing, and unanswered ones keep a bar from passing") {
  const auto few = judged(soaked(around(0.99, 5), {"--top1-min", "0.9", "--top1-fall-max", "0.1"}));
  REQUIRE(few.size() == 3);
  for (const Finding& f : few) {
    INFO(f.reason);
    CHECK(f.verdict == Verdict::inconclusive);
    CHECK(f.for_want_of_data);
    CHECK_FALSE(f.value);
    CHECK(f.reason.find("6 are needed") != std::string::npos);
  }
  std::vector<double> silent = around(0.97, 40);
  for (std::size_t i = 20; i < 40; i += 4) silent[i] = kNoAnswer;
  const auto found = judged(soaked(silent, {"--top1-min", "0.9"}));
  CHECK(found[0].verdict == Verdict::pass);
  CHECK(found[1].verdict == Verdict::inconclusive);
  CHECK(found[1].reason.find("5 of 20 passes in phase hot got no answer") != std::string::npos);
  // What is broken is broken, however many did not answer.
  std::vector<double> bad = both(around(0.97), around(0.5));
  for (std::size_t i = 20; i < 40; i += 4) bad[i] = kNoAnswer;
  CHECK(judged(soaked(bad, {"--top1-min", "0.9"}))[1].verdict == Verdict::fail);
}

TEST_CASE("an engine without log-probabilities has no agreement, and that is the reason") {
  RunView run = soaked(around(0.9, 40), {"--top1-min", "0.9", "--solved-min", "0.8"}, "solved");
  const auto found = judged(run);
  REQUIRE(found.size() == 4);
  CHECK(found[0].verdict == Verdict::inconclusive);
  CHECK(found[0].reason.find("0 passes told it, 6 are needed (the engine tells no log-") !=
        std::string::npos);
  CHECK(found[2].verdict == Verdict::pass);
}

TEST_CASE("agreement that means nothing is named") {
  RunView run = soaked({}, {"--top1-min", "0.9", "--solved-min", "0.5"});
  run.events.push_back(
      make_event(20, "pi", event_kind::kWorkNote,
                 R"({"workload":"sense","event":{"quality":{"no_meaning":"other_tokens"}}})"));
  run.events.push_back(make_event(20, "pi", event_kind::kWorkNote, R"({"no_meaning": [)"));
  const auto found = judged(run);
  REQUIRE(found.size() == 4);
  CHECK(found[0].reason.find("means nothing here: other_tokens") != std::string::npos);
  CHECK(found[3].name == "solved_min");
  CHECK(found[3].reason.find("means nothing") == std::string::npos);
}

TEST_CASE("bars of quality are part of the board's verdict; without bars nothing is judged") {
  const RunView run = soaked(both(around(0.97), around(0.8)), {"--top1-min", "0.9"});
  const Judgement j = judge(run);
  CHECK(j.verdict == Verdict::fail);
  CHECK(std::ranges::any_of(j.reasons, [](const std::string& reason) {
    return reason.find("top1 of sense in phase hot") != std::string::npos;
  }));
  const RunView bare = soaked(around(0.97, 40), {});
  CHECK(judged(bare).empty());
  const auto levels = quality_levels(bare, bare.boards[0]);
  REQUIRE(levels.size() == 6);
  CHECK(levels[0].gauge == "top1");
  CHECK(levels[0].passes.size() == 20);
  CHECK(levels[1].passes.empty());
}
