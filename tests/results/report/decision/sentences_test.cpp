// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/sentences.hpp"

#include <algorithm>
#include <set>

#include "results/report/decision/choice.hpp"
#include "results/report/decision/cost_html.hpp"
#include "results/report/decision/suit_output.hpp"
#include "tests/support/english_left.hpp"
#include "tests/support/judged_run.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::report;
using namespace soakrig::test;

namespace {

std::set<std::string> places(std::string_view pattern) {
  std::set<std::string> out;
  for (std::size_t at = pattern.find('{'); at != std::string_view::npos;
       at = pattern.find('{', at + 1)) {
    out.insert(std::string(pattern.substr(at, 3)));
  }
  return out;
}

// Everything stated and nothing, measured and simulated, met and not: every branch says something.
std::vector<SuitInputs> all_sorts() {
  SuitInputs full;
  full.data_may_leave = true;
  full.latency_need = 1.0;
  full.edge_latency = 2.6;
  full.cloud_service_latency = 0.4;
  full.link_round_trip = 0.05;
  full.request_bits = full.answer_bits = 8000;
  full.availability_need = 0.999;
  full.edge_availability = 0.99;
  full.link_availability = 0.995;
  full.cloud_availability = 0.9999;
  CostAnswer cost;
  cost.capacity_per_day = 400;
  cost.demand_per_day = 500;
  cost.edge.per_million = 1;
  cost.cloud.per_million = 2;
  cost.hybrid = CostOfWay{};
  cost.hybrid->per_million = 1.5;
  cost.cheaper = Cheaper::undecided;
  cost.break_even.requests_per_day = 12;
  cost.swings.push_back({"utilisation", 0.4, 0.6, false, 2, 1, Cheaper::cloud, Cheaper::edge});
  full.cost = cost;
  std::vector<SuitInputs> out{full, {}};
  out.push_back(full);
  out.back().link_bits_s = out.back().link_down_bits_s = 1e6;
  out.back().data_may_leave = false;
  out.push_back(out[2]);
  out.back().data_may_leave = true;
  out.back().edge_latency = 0.2;
  out.back().availability_need.reset();
  out.back().cost->demand_per_day = 300;
  out.push_back(out.back());
  out.back().latency_matters = false;
  out.back().cost.reset();
  out.push_back(out[3]);
  out.back().cost->cheaper = Cheaper::edge;
  return out;
}

}  // namespace

TEST_CASE("every sentence is there in both languages, once, with the same values") {
  for (const Phrase& p : sentence_patterns()) {
    INFO(p.key);
    CHECK_FALSE(p.en.empty());
    CHECK_FALSE(p.zh.empty());
    CHECK(std::ranges::count(sentence_patterns(), p.key, &Phrase::key) == 1);
    CHECK(places(p.en) == places(p.zh));
    // Fewer values than places would throw.
    CHECK_FALSE(sentence(Language::zh,
                         {std::string(p.key), {Named{"a"}, Named{"b"}, Named{"c"}, Named{"d"}}})
                    .empty());
  }
}

TEST_CASE("values are written in the language: figures, words, names and lists") {
  const Said said{"why_unknown",
                  {Word{"edge"}, std::vector<Said>{{"site.first_token"}, {"missing_ttft"}}}};
  CHECK(sentence(Language::en, said) ==
        "edge would be it, but it is not known whether it fits; missing: site.first_token, the "
        "run's ttft");
  CHECK(sentence(Language::zh, said) ==
        "本应为边缘，但不知其是否满足；缺少：site.first_token、测试中的 ttft");
  const Said figures{"latency_figures",
                     {Figure{0.8, As::seconds}, Figure{}, Figure{2.5, As::duration}}};
  CHECK(sentence(Language::en, figures) ==
        "first token needed within 0.80 s: edge unknown (p90, measured), cloud 2 s");
  CHECK(sentence(Language::zh, figures).find("边缘 未知") != std::string::npos);
  CHECK(sentence(Language::en, {"link.up_kbit_s"}) == "link.up_kbit_s");
  CHECK(in_one_line(Language::zh, std::vector<Said>{{"data_stay"}, {"cost_open"}}) ==
        "数据不得离开现场；区间使其无法区分");
}

TEST_CASE("no English sentence is left on a Chinese page of where to serve") {
  SitePlan plan;
  plan.name = "plant";
  plan.link = LinkFigures{3600, 0.9, 2, 200, 40, 60, 1000, {}, 0.01};
  plan.link_source = LinkSource::measured;
  KnownFigures known;
  known.provenance = Provenance::simulated;
  const auto judged = known_judgement(known, "night", "id");
  static const RunSpec kSpec;
  CostPlan cost;  // it asks for what the run does not have
  cost.currency = "EUR";
  cost.phase = "no-such-phase";
  plan.cost = cost;
  std::vector<SuitCase> cases;
  for (const SuitInputs& inputs : all_sorts()) {
    cases.push_back(suit_case(plan, {"night:pi", &judged, &judged.boards[0], &kSpec, ""}));
    cases.back().inputs = inputs;
    cases.back().answer = suit(inputs);
  }
  const std::string page = suit_page(plan.name, cases, nullptr, Language::zh);
  for (const std::string& words : english_left(page)) FAIL_CHECK(words);
  // The finder finds them on the English one.
  CHECK(english_left(suit_page(plan.name, cases, nullptr, Language::en)).size() > 20);
}

TEST_CASE("no English sentence is left on Chinese pages of costs and of the choice") {
  KnownFigures known;
  known.provenance = Provenance::replayed;
  known.verdict = Verdict::fail;
  auto judged = known_judgement(known, "night", "id");
  judged.boards[0].phases[0].power->measuring_point = "dc-in";
  static const RunSpec kSpec;
  CostPlan plan;
  plan.currency = "EUR";
  plan.stated.years = 2;
  plan.stated.devices = 1;
  plan.stated.answer_tokens = 200;
  plan.stated.price = 300;
  plan.stated.requests_per_day = 10000;
  plan.prices = {{"edge.price", 300, "EUR", "2026-03-01", "angebot"}};
  const Candidate candidate{"night:pi", &judged, &judged.boards[0], &kSpec, ""};
  CostSheet sheet{plan, {}};
  const auto add = [&](const CostPlan& p) { sheet.cases.push_back(cost_case(p, candidate)); };
  add(plan);  // the cloud costs nothing: break-even never
  plan.stated.cloud_output = 4;
  add(plan);
  plan.stated.price = 0;
  add(plan);
  plan.power_w = plan.availability = 0.5;
  judged.boards[0].phases[0].work[0].power_w.reset();
  add(plan);
  plan.phase = "no-such-phase";
  plan.power_w.reset();
  plan.availability.reset();
  judged.boards[0].availability.reset();
  add(plan);
  for (const std::string& words : english_left(cost_page(sheet, Language::zh))) FAIL_CHECK(words);
  CHECK(english_left(cost_page(sheet, Language::en)).size() > 5);

  const std::vector<Candidate> candidates{candidate, candidate};
  std::vector<TickedRequirement> ticked(1);
  ticked[0].ticks.resize(2);
  for (const Verdict met : {Verdict::fail, Verdict::inconclusive, Verdict::pass}) {
    ticked[0].ticks[0].met = met;
    ticked[0].ticks[1].met = Verdict::pass;
    const Choice choice = choose(candidates, {}, ticked, &sheet);
    const std::string page = choice_section(choice, "", Language::zh).str();
    for (const std::string& words : english_left(page)) FAIL_CHECK(words);
  }
}
