// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/hybrid_output.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/english_left.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::report;

namespace {

HybridCase example(bool swept) {
  HybridCase c{"pi", "chat", {}, {}};
  analysis::HybridFigures& f = c.figures;
  f.rule = "length";
  f.threshold = 20;
  f.emulated = true;
  f.currency = "EUR";
  f.requests = 100;
  f.offloaded = {30, 100, 0.3, 0.21, 0.4};
  f.available = {99, 100, 0.99, 0.95, 0.999};
  f.classes = {{"all", 100, 0.2, 0.9, false}, {"<b>", 7, 0.1, 0.2, false}};
  f.cost_per_1000 = 1.25;
  if (!swept) return c;
  c.sweep = analysis::ThresholdSweep{40, {{5, 1, 1, 0.1, 0.2, 900, 2}, {50, 0, 1, 0.4, 0.8, 0, 1}}};
  return c;
}

}  // namespace

TEST_CASE("hybrid_output: the page shows measured and computed apart, and is well formed") {
  const std::string page = hybrid_page("night", std::vector{example(true)}, "", Language::en);
  CHECK(page.find("<svg") != std::string::npos);
  CHECK(page.find("computed from measured answers") != std::string::npos);
  CHECK(page.find("EMULATED LINK") != std::string::npos);
  CHECK(page.find("measured at the declared threshold") != std::string::npos);
  CHECK(page.find("<b>&lt;") == std::string::npos);
  CHECK(page.find("&lt;b&gt;") != std::string::npos);
  CHECK(hybrid_page("night", std::vector{example(true)}, "SIMULATED", Language::en)
            .find("SIMULATED") != std::string::npos);
}

TEST_CASE("hybrid_output: the page in Chinese has none of the English sentences") {
  const std::string page = hybrid_page("night", std::vector{example(true)}, "", Language::zh);
  CHECK(test::ill_formed(page).empty());
  for (const char* english : {"computed", "offloaded", "available", "threshold", "fallback"}) {
    INFO(english);
    CHECK(page.find(english) == std::string::npos);
  }
  CHECK(page.find("阈值扫描") != std::string::npos);
  CHECK(test::english_left(page).empty());
}

TEST_CASE("hybrid_output: without enough requests it says why there is no sweep") {
  const std::string text = hybrid_text(std::vector{example(false)}, 100);
  CHECK(text.find("no sweep: fewer than 20 requests") != std::string::npos);
  CHECK(text.find("30.0 % [21.0 %, 40.0 %], 30 of 100") != std::string::npos);
  CHECK(text.find("(too few)") != std::string::npos);
  CHECK(text.find("1.25 EUR") != std::string::npos);
}

TEST_CASE("hybrid_output: JSON has a null for what is not known") {
  HybridCase c = example(true);
  c.figures.cost_per_1000.reset();
  const auto json = nlohmann::json::parse(hybrid_json("night", "measured", std::vector{c}));
  const auto& w = json["workloads"][0];
  CHECK(w["cost_per_1000"].is_null());
  CHECK(w["cloud_available"]["share"].is_null());
  CHECK(w["offloaded"]["seen"] == 30);
  CHECK(w["sweep"]["computed"] == true);
  CHECK(w["sweep"]["points"][1]["threshold"] == 50);
}
