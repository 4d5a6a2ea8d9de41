// SPDX-License-Identifier: Apache-2.0
// Also tests: phrases.cpp tornado_svg.cpp
#include "results/report/decision/cost_html.hpp"

#include <algorithm>

#include "results/report/decision/phrases.hpp"
#include "tests/support/judged_run.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::report;
using namespace soakrig::test;

namespace {
CostSheet sheet(Provenance provenance) {
  CostPlan plan;
  plan.currency = "EUR";
  plan.stated.years = 2;
  plan.stated.devices = 1;
  plan.stated.answer_tokens = 200;
  plan.stated.price = 300;
  plan.stated.cloud_output = 4;
  plan.prices = {{"edge.price", 300, "EUR", "2026-03-01", "a <quote>"}};
  KnownFigures known;
  known.provenance = provenance;
  const auto judged = known_judgement(known, "night", "id");
  static const RunSpec kSpec;
  return {plan, {cost_case(plan, {"<night>:pi", &judged, &judged.boards[0], &kSpec, ""})}};
}
}  // namespace

TEST_CASE("the page has totals, a picture and dated prices, in both languages") {
  for (const Language language : {Language::en, Language::zh}) {
    const std::string page = cost_page(sheet(Provenance::measured), language);
    CHECK(ill_formed(page).empty());
    CHECK(page.find("<svg") != std::string::npos);
    CHECK(page.find("2026-03-01") != std::string::npos);
    CHECK(page.find("<night>") == std::string::npos);
    CHECK(page.find("SIMULATED") == std::string::npos);
    CHECK(page.find(std::string(phrase(language, "break_even_months"))) != std::string::npos);
  }
  CHECK(cost_page(sheet(Provenance::simulated), Language::zh).find("SIMULATED") !=
        std::string::npos);
}

TEST_CASE("every phrase is there in both languages, once") {
  for (const Phrase& p : phrases()) {
    INFO(p.key);
    CHECK_FALSE(p.en.empty());
    CHECK_FALSE(p.zh.empty());
    CHECK(std::ranges::count(phrases(), p.key, &Phrase::key) == 1);
  }
  CHECK(phrase(Language::zh, "no such key") == "no such key");
  const CostSheet made = sheet(Provenance::measured);
  for (const auto& part : made.cases[0].answer->edge.parts) {
    CHECK(phrase(Language::zh, part.name) != part.name);
  }
  for (const auto& swing : made.cases[0].answer->swings) {
    CHECK(phrase(Language::zh, swing.input) != swing.input);
  }
}
