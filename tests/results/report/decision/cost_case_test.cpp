// SPDX-License-Identifier: Apache-2.0
// Also tests: cost_json.cpp cost_text.cpp
#include "results/report/decision/cost_case.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/report/decision/cost_json.hpp"
#include "results/report/decision/cost_text.hpp"
#include "results/report/decision/sentences.hpp"
#include "tests/support/judged_run.hpp"

using namespace soakrig;
using namespace soakrig::report;
using namespace soakrig::test;

namespace {

CostPlan plan() {
  CostPlan out;
  out.currency = "EUR";
  out.stated.years = 2;
  out.stated.devices = 1;
  out.stated.prompt_tokens = 100;
  out.stated.answer_tokens = 200;
  out.stated.price = 300;
  out.stated.cloud_output = 4;
  return out;
}

CostCase answer(const CostPlan& plan, const analysis::Judgement& judged) {
  static const RunSpec kSpec;
  return cost_case(plan, {"night:pi", &judged, &judged.boards.front(), &kSpec, ""});
}

bool says(const std::vector<analysis::Said>& said, const std::string& what) {
  const auto lines = sentences(Language::en, said);
  return std::ranges::any_of(
      lines, [&](const std::string& l) { return l.find(what) != std::string::npos; });
}

}  // namespace

TEST_CASE("cost case: figures are the run's, with their intervals") {
  KnownFigures known;
  known.lower = 19;
  known.upper = 20.5;
  known.power_lower = 9.5;
  known.power_upper = 10.5;
  const CostCase c = answer(plan(), known_judgement(known, "night", "id"));
  REQUIRE(c.answer);
  CHECK(c.notes.empty());
  CHECK(c.phase == "hot");
  CHECK(c.inputs.tokens_per_s.value == 20);
  CHECK(*c.inputs.tokens_per_s.lower == 19);
  CHECK(*c.inputs.busy_power_w.upper == 10.5);
}

TEST_CASE("cost case: what is missing is named, and nothing is assumed") {
  KnownFigures known;
  known.power_w.reset();
  known.availability.reset();
  const auto judged = known_judgement(known, "night", "id");
  CostPlan p = plan();
  const CostCase c = answer(p, judged);
  CHECK_FALSE(c.answer);
  CHECK(c.missing.size() == 2);
  CHECK(says(c.missing, "edge.power_w"));
  p.power_w = 10;
  p.availability = 0.9;
  const CostCase stated = answer(p, judged);
  REQUIRE(stated.answer);
  CHECK(says(stated.notes, "power is as stated"));
  p.phase = "cold";
  CHECK(says(answer(p, judged).missing, "sustained speed"));
  const auto json = nlohmann::json::parse(cost_json({p, {answer(p, judged)}}));
  CHECK(json["candidates"][0]["answer"].is_null());
  CHECK(cost_text({p, {answer(p, judged)}}, 100).find("missing a sustained speed") !=
        std::string::npos);
}

TEST_CASE("cost case: a simulated run, a failed board and too few devices are said") {
  KnownFigures known;
  known.provenance = Provenance::simulated;
  known.verdict = Verdict::fail;
  const auto judged = known_judgement(known, "night", "id");
  CostPlan p = plan();
  p.stated.requests_per_day = 10000;
  const CostCase c = answer(p, judged);
  CHECK(says(c.notes, "simulated"));
  CHECK(says(c.notes, "fail"));
  CHECK(says(c.notes, "8640 of the 10000"));
  CHECK(cost_text({p, {c}}, 100).starts_with("SIMULATED\n"));
  p.count_devices = true;
  CHECK(answer(p, judged).inputs.devices == 2);
}

TEST_CASE("cost case: the slowest phase counts where none is named") {
  auto judged = known_judgement({}, "night", "id");
  auto fast = judged.boards[0].phases[0];
  fast.name = "cold";
  fast.work[0].sustained = 30;
  judged.boards[0].phases.push_back(fast);
  CHECK(answer(plan(), judged).phase == "hot");
  CostPlan p = plan();
  p.phase = "cold";
  CHECK(answer(p, judged).inputs.tokens_per_s.value == 30);
}

TEST_CASE("money has its cents and thousands apart") {
  CHECK(money_text(1234567.891) == "1,234,567.89");
  CHECK(money_text(-360.0) == "-360.00");
  CHECK(money_text(-0.001) == "0.00");
  CHECK(money_text(999.0) == "999.00");
  CHECK(money_text(1000.0) == "1,000.00");
  CHECK(money_text(std::nullopt) == "-");
}
