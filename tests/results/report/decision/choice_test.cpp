// SPDX-License-Identifier: Apache-2.0
// Also tests: choice_output.cpp
#include "results/report/decision/choice.hpp"

#include <nlohmann/json.hpp>

#include "results/report/decision/sentences.hpp"
#include "tests/support/judged_run.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::report;
using namespace soakrig::test;

namespace {

struct Boards {
  std::vector<analysis::Judgement> judged;
  std::vector<Candidate> list;
  RunSpec spec;
  explicit Boards(const std::vector<KnownFigures>& figures) {
    spec.workloads.push_back({});
    spec.workloads.back().name = "chat";
    for (const KnownFigures& k : figures) judged.push_back(known_judgement(k, k.board, k.board));
    for (const auto& j : judged) list.push_back({j.boards[0].name, &j, &j.boards[0], &spec, ""});
  }
};

KnownFigures figures(const std::string& board, double speed, double watts, double ttft) {
  KnownFigures out;
  out.board = board;
  out.tokens_per_s = speed;
  out.lower = speed * 0.99;
  out.upper = speed * 1.01;
  out.power_w = watts;
  out.ttft_s = ttft;
  return out;
}

std::string why(const Choice& choice) { return in_one_line(Language::en, choice.why); }

}  // namespace

TEST_CASE("choice: what is worse in everything is beaten, what is better in something is not") {
  const Boards boards({figures("fast", 30, 60, 0.2), figures("thrifty", 10, 5, 0.5),
                       figures("poor", 9, 9, 0.6)});
  const Choice choice = choose(boards.list, {}, {}, nullptr);
  REQUIRE(choice.rows.size() == 3);
  CHECK(choice.rows[0].beaten_by.empty());
  CHECK(choice.rows[1].beaten_by.empty());
  CHECK(choice.rows[2].beaten_by == std::vector<std::string>{"thrifty"});
  REQUIRE(choice.best);
  CHECK(*choice.best == 1);  // no cost is known: energy decides
  CHECK(why(choice).find("J/token decides") == 0);
}

TEST_CASE("choice: what is not known beats nothing that is") {
  const Boards boards({figures("a", 30, 5, 0.2), figures("b", 20, 20, 0.5)});
  ReadyOf ready{{}, {{"chat", {{"quality", "0.9"}, {"memory_bytes", "1e9"}, {"shape", "s"}}}}};
  const Choice choice = choose(boards.list, ready, {}, nullptr);
  CHECK(*choice.rows[1].quality == 0.9);
  CHECK(*choice.rows[1].memory_bytes == 1e9);
  CHECK(choice.rows[1].model == "s");
  CHECK(choice.rows[1].beaten_by.empty());
}

TEST_CASE("choice: a requirement excludes, with its name; cost decides before energy") {
  const Boards boards({figures("fast", 30, 30, 0.2), figures("thrifty", 10, 5, 0.5)});
  const std::vector<Requirement> need{{"tokens_per_s", 20, {}, ""}};
  const auto ticked = tick(need, boards.list);
  const Choice choice = choose(boards.list, {}, ticked, nullptr);
  REQUIRE(choice.best);
  CHECK(*choice.best == 0);
  CHECK(why(choice).find("thrifty: tokens_per_s is not met") != std::string::npos);
  const auto none = tick(std::vector<Requirement>{{"tokens_per_s", 200, {}, ""}}, boards.list);
  CHECK_FALSE(choose(boards.list, {}, none, nullptr).best);

  CostSheet costs;
  costs.plan.currency = "EUR";
  costs.cases.resize(2);
  for (std::size_t i = 0; i < 2; ++i) {
    costs.cases[i].answer.emplace();
    costs.cases[i].answer->edge.per_million = i == 0 ? 1.0 : 2.0;
  }
  const Choice priced = choose(boards.list, {}, {}, &costs);
  CHECK(*priced.best == 0);
  CHECK(why(priced).find("cost decides: 1; against 2 of thrifty") == 0);
}

TEST_CASE("choice: text, document and section") {
  const Boards boards({figures("<fast>", 30, 30, 0.2), figures("thrifty", 10, 5, 0.5)});
  const Choice choice = choose(boards.list, {}, {}, nullptr);
  CHECK(choice_text(choice, 100).find("best: thrifty") != std::string::npos);
  const auto json = nlohmann::json::parse(choice_json(choice));
  CHECK(json["best"] == "thrifty");
  CHECK(json["rows"][0]["per_million"].is_null());
  for (const Language language : {Language::en, Language::zh}) {
    const Markup section = choice_section(choice, "SIMULATED", language);
    CHECK(ill_formed(section.str()).empty());
    CHECK(section.str().find("<svg") != std::string::npos);
    CHECK(section.str().find("SIMULATED") != std::string::npos);
    CHECK(section.str().find("<fast>") == std::string::npos);
  }
}
