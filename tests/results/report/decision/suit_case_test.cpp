// SPDX-License-Identifier: Apache-2.0
// Also tests: suit_output.cpp
#include "results/report/decision/suit_case.hpp"

#include <nlohmann/json.hpp>

#include "results/report/decision/phrases.hpp"
#include "results/report/decision/suit_output.hpp"
#include "tests/support/judged_run.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::report;
using namespace soakrig::test;

namespace {

SitePlan site() {
  SitePlan out;
  out.name = "plant <7>";
  out.stated.data_may_leave = false;
  out.stated.latency_need = 1;
  CostPlan cost;
  cost.currency = "EUR";
  cost.stated.years = 2;
  cost.stated.devices = 1;
  cost.stated.answer_tokens = 200;
  cost.stated.price = 300;
  out.cost = cost;
  return out;
}

SuitCase answer(const SitePlan& plan, const KnownFigures& known) {
  const auto judged = known_judgement(known, "night", "id");
  static const RunSpec kSpec;
  return suit_case(plan, {"night:pi", &judged, &judged.boards.front(), &kSpec, ""});
}

}  // namespace

TEST_CASE("suit case: latency and availability are the run's") {
  KnownFigures known;
  known.ttft_s = 0.7;
  const SuitCase c = answer(site(), known);
  CHECK(*c.inputs.edge_latency == 0.7);
  CHECK(*c.inputs.edge_availability == 1);
  CHECK(c.answer.place == analysis::Place::edge);
  CHECK(verdict_of(c.answer) == Verdict::pass);
  known.ttft_s.reset();
  CHECK(answer(site(), known).answer.place == analysis::Place::inconclusive);
  known.ttft_s = 2;
  CHECK(verdict_of(answer(site(), known).answer) == Verdict::fail);
}

TEST_CASE("suit: text, document and page say the same, and SIMULATED where it was") {
  KnownFigures known;
  known.ttft_s = 0.7;
  known.provenance = Provenance::simulated;
  SitePlan plan = site();
  plan.link = analysis::LinkFigures{3600, 0.9, 2, 200, 40, 60, {}, {}, 0.01};
  const std::vector<SuitCase> cases{answer(plan, known)};
  REQUIRE_FALSE(cases.front().notes.empty());
  const auto json = nlohmann::json::parse(suit_json(plan.name, cases));
  CHECK(json["candidates"][0]["answer"] == "edge");
  CHECK(json["candidates"][0]["reasons"][0]["cloud"] == "no");
  CHECK(json["candidates"][0]["cloud_latency_s"].is_null());
  const std::string text = suit_text(plan.name, cases, 100);
  CHECK(text.starts_with("SIMULATED"));
  CHECK(text.find("night:pi: edge") != std::string::npos);
  CHECK(text.find("outages 2, the longest 200 s") != std::string::npos);
  for (const Language language : {Language::en, Language::zh}) {
    const CostSheet costs{*plan.cost, {}};
    const std::string page = suit_page(plan.name, cases, &costs, language);
    CHECK(ill_formed(page).empty());
    CHECK(page.find("SIMULATED") != std::string::npos);
    CHECK(page.find("<7>") == std::string::npos);
    const std::string heading = "<h4>" + std::string(phrase(language, "notes")) + "</h4>";
    CHECK(page.find(heading) != std::string::npos);
  }
}
