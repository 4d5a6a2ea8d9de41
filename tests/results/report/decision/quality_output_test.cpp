// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/quality_output.hpp"

#include <nlohmann/json.hpp>

#include "results/report/decision/phrases.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/english_left.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::report;

namespace {

CandidateQuality candidate(double kl, std::vector<QualityLimit> limits = {}) {
  CandidateQuality out;
  out.name = "http://<b>:1";
  out.agreement.top1 = share_of(9, 10);
  out.agreement.logprob_difference = -0.25;
  out.agreement.kl_lower_bound = kl;
  out.by_ids = true;
  out.divergence = {std::nullopt, 3};
  out.flips = flips_of({true, true, false}, {true, false, false});
  out.by_set["code.en"] = out.flips;
  out.limits = std::move(limits);
  return out;
}

QualityResult result() {
  return {"http://a:1",
          7,
          "q4_0",
          {candidate(0.1), candidate(0.3), candidate(0.1, {QualityLimit::flat})}};
}

}  // namespace

TEST_CASE("quality output: the document has every figure, alarm and limit") {
  const auto json = nlohmann::json::parse(quality_json(result()));
  CHECK(json["reference"] == "http://a:1");
  const auto& c = json["candidates"];
  REQUIRE(c.size() == 3);
  CHECK(c[0]["alarm"] == false);
  CHECK(c[0]["forced_by"] == "ids");
  CHECK(c[0]["top1"]["seen"] == 9);
  CHECK(c[0]["first_divergence"] == nlohmann::json::parse("[null,3]"));
  CHECK(c[0]["sets"]["code.en"]["right_to_wrong"] == 1);
  CHECK(c[0]["limits"].empty());
  CHECK(c[1]["alarm"] == true);
  CHECK(c[2]["limits"][0].get<std::string>().find("equally likely") != std::string::npos);
}

TEST_CASE("quality output: text and pages say the same, in both languages") {
  const std::string text = quality_text(result(), 100);
  CHECK(text.find("top-1 agreement 90.0 % [55.5, 99.7] of 10 positions, asked by token ids") !=
        std::string::npos);
  CHECK(text.find("http://<b>:1: ALARM") != std::string::npos);
  CHECK(text.find("left to itself: 1/2 texts equal") != std::string::npos);
  CHECK(text.find("limit: the reference finds") != std::string::npos);
  for (const Language language : {Language::en, Language::zh}) {
    const std::string page = quality_page(result(), language);
    CHECK(test::ill_formed(page).empty());
    CHECK(page.find("<b>:1") == std::string::npos);
    for (const char* key : {"alarm", "no_alarm", "limited", "flat", "right_to_wrong"}) {
      INFO(key);
      CHECK(page.find(std::string(phrase(language, key))) != std::string::npos);
    }
    CHECK(page.find("≥ 0.3000") != std::string::npos);
    if (language == Language::zh) CHECK(test::english_left(page).empty());
  }
}
