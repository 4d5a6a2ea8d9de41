// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/rules.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kHourS = 3600;

const Finding* find(const std::vector<Finding>& rules, const std::string& rule) {
  const auto found = std::ranges::find(rules, rule, &Finding::rule);
  return found == rules.end() ? nullptr : &*found;
}

// Whatever is said has a rule that says it, and a place to look.
void check_all_have_evidence(const BoardJudgement& b) {
  for (const Finding& f : b.rules) {
    INFO(f.reason);
    CHECK_FALSE(f.rule.empty());
    CHECK_FALSE(f.reason.empty());
    CHECK(f.over);
    CHECK(f.board == b.name);
  }
  for (const std::string& reason : b.reasons) {
    INFO(reason);
    CHECK(std::ranges::find(b.rules, reason, &Finding::reason) != b.rules.end());
  }
}

}  // namespace

TEST_CASE("a pass names every rule that was judged, with its figure and bar") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  const Judgement j = judge(make_run({plant.board()}, {{"soak", kHourS}}));
  const BoardJudgement& b = j.boards[0];
  check_all_have_evidence(b);
  const Finding* stability = find(b.rules, "stability");
  REQUIRE(stability != nullptr);
  CHECK(*stability->value > 0.999);
  CHECK(*stability->bar == 0.97);
  CHECK(stability->phase == "soak");
  CHECK(stability->workload == "chat");
  CHECK(stability->channel == "work.chat.tokens");
  CHECK(*find(b.rules, "coverage")->value >= 0.99);
  CHECK(*find(b.rules, "incidents")->value == 0);
}

TEST_CASE("a failed rule points at the slowest window, the breach, the incidents") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS, pulse(2400, 2700, 0.6, 1));
  plant.cut("soc.temperature", 0, kHourS)
      .channel("soc.temperature", "Cel", pulse(2500, 2600, 90, 60), 0, kHourS);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.spec.boards[0].limits = {{"soc.temperature", std::nullopt, 85.0, LimitAction::stop}};
  run.events.push_back(
      make_event(100, "pi", event_kind::kIncident,
                 R"({"class":"workload-hang","blame":"board","workload":"chat"})"));
  run.events.push_back(make_event(110, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"));
  const Judgement j = judge(run);
  const BoardJudgement& b = j.boards[0];
  check_all_have_evidence(b);
  const Finding* stability = find(b.rules, "stability");
  CHECK(stability->verdict == Verdict::fail);
  CHECK(stability->over->from >= 2390 * kSecond);
  CHECK(stability->over->to <= 2710 * kSecond);
  const Finding* limit = find(b.rules, "limit");
  REQUIRE(limit != nullptr);
  CHECK(limit->channel == "soc.temperature");
  CHECK(*limit->value == 90);
  CHECK(*limit->bar == 85);
  CHECK(limit->over->from == 2500 * kSecond);
  CHECK(limit->over->to == 2599 * kSecond + 1);
  const Finding* incidents = find(b.rules, "incidents");
  CHECK(*incidents->value == 1);
  CHECK(incidents->over->from == 100 * kSecond);
}

TEST_CASE("clocks that ran backwards and units that changed are inconclusive, never a pass") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  run.events.push_back(make_event(
      50, "pi", event_kind::kGap,
      R"({"source":"soc","from_s":1,"to_s":2,"reason":"rows were refused: their times run backwards"})"));
  Judgement j = judge(run);
  CHECK(*j.verdict == Verdict::inconclusive);
  CHECK(j.reasons[0].starts_with("the clock of soc ran backwards at 50.0 s"));
  run.events[0].body = R"({"source":"soc","reason":"the queue was full"})";
  CHECK(*judge(run).verdict == Verdict::pass);
  run.input_faults.push_back({"pi", "soc.temperature", "its unit changed from Cel to K"});
  j = judge(run);
  CHECK(*j.verdict == Verdict::inconclusive);
  CHECK(j.reasons[0] == "soc.temperature: its unit changed from Cel to K");
  check_all_have_evidence(j.boards[0]);
  run.input_faults[0].board = "another";
  CHECK(*judge(run).verdict == Verdict::pass);
}

TEST_CASE("more episodes than anybody can tell apart are inconclusive") {
  std::vector<Episode> many(kMostEpisodes);
  const RunView run = make_run({}, {});
  CHECK(judge_input(run, {}, many).empty());
  many.emplace_back();
  const auto found = judge_input(run, {}, many);
  REQUIRE(found.size() == 1);
  CHECK(found[0].verdict == Verdict::inconclusive);
  CHECK(*found[0].value == kMostEpisodes + 1);
}

TEST_CASE("phases that never came have a rule and a place too") {
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600);
  RunView run = make_run({plant.board()}, {{"cold", 600}, {"hot", 600}});
  run.phases.pop_back();
  run.now = 600 * kSecond;
  run.events.push_back(make_event(599, "", event_kind::kOperator, R"({"action":"stop"})"));
  run.events.push_back(make_event(598, "", event_kind::kRigFault, R"({"what":"chamber gone"})"));
  const Judgement j = judge(run);
  CHECK(*j.verdict == Verdict::error);
  check_all_have_evidence(j.boards[0]);
  CHECK(find(j.boards[0].rules, "phase")->phase == "hot");
  CHECK(find(j.boards[0].rules, "operator")->over->from == 599 * kSecond);
  CHECK(find(j.boards[0].rules, "rig")->over->from == 598 * kSecond);
}
