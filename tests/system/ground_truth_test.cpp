// SPDX-License-Identifier: Apache-2.0
//
// Every plant of known truth goes through the real writer, is sealed, read back and judged: right
// verdict, causes, classes and first reason in every case, and the page in docs/ is what came out.
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "results/report/judge_run.hpp"
#include "results/store/reader.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/stored_run.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/system/ground_truth_table.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;

namespace {

std::string document_of(const GroundTruthCase& c, const std::string& directory) {
  const analysis::RunView run = c.make();
  FakeClock clock;
  auto writer =
      store::Writer::create(directory, stored_header(run, "20260301-120000-" + c.name), clock);
  REQUIRE(writer);
  store_run(**writer, run);
  if (c.also) c.also(**writer);
  {
    const auto live = store::Reader::open((*writer)->path());
    REQUIRE(live);
    const auto judged = report::judge_run(*live);
    REQUIRE(judged);
    REQUIRE((*writer)->set_judgement(judged->verdict, judged->json));
  }
  REQUIRE((*writer)->finish());
  const auto sealed = store::Reader::open((*writer)->path());
  REQUIRE(sealed);
  const auto shown = report::show_run(*sealed);
  REQUIRE(shown);
  return shown->json;
}

Said said_in(const std::string& text) {
  const json document = json::parse(text);
  Said out;
  out.verdict = document["run"]["verdict"].get<std::string>();
  if (!document["run"]["reasons"].empty()) out.reason = document["run"]["reasons"][0];
  std::vector<Cause> causes;
  for (const json& board : document["boards"]) {
    for (const json& e : board["episodes"]) {
      causes.push_back(parse_cause(e["cause"].get<std::string>()).value());
    }
    for (const json& i : board["incidents"]) out.classes.push_back(i["class"]);
    for (const json& rule : board["rules"]) {
      CHECK(rule["rule"].is_string());
      CHECK(rule["from"].is_string());
    }
  }
  std::ranges::sort(causes);
  causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
  for (const Cause c : causes) out.causes.emplace_back(to_string(c));
  return out;
}

}  // namespace

TEST_CASE("right verdict, cause and class in every case, and the page says so") {
  const TempDir directory;
  std::vector<Outcome> outcomes;
  for (const GroundTruthCase& c : ground_truth_cases()) {
    INFO(c.name << ": " << c.what);
    Outcome o{c, said_in(document_of(c, directory.path().string()))};
    INFO("said " << o.said.verdict << ": " << o.said.reason);
    CHECK(o.right());
    outcomes.push_back(std::move(o));
  }
  CHECK(outcomes.size() >= 40);
  const std::string page = ground_truth_page(outcomes);
  std::ifstream kept_file(source_dir() + "/docs/ground_truth.md");
  std::stringstream kept;
  kept << kept_file.rdbuf();
  if (kept.str() != page) std::ofstream("ground_truth.md") << page;
  INFO("the page that was computed is ground_truth.md in the test's folder: copy it to docs/");
  CHECK(kept.str() == page);
}

TEST_CASE("control: a judge that is wrong is caught, and the page shows where") {
  GroundTruthCase c{
      "x", "a throttled board", {Verdict::fail, {Cause::thermal}, {}, "stability"}, {}};
  const Outcome right{c, {"fail", {"thermal"}, {}, "stability 0.6 < 0.97"}};
  CHECK(right.right());
  CHECK_FALSE(Outcome{c, {"pass", {"thermal"}, {}, "stability 0.98"}}.right());
  CHECK_FALSE(Outcome{c, {"fail", {"power-cap"}, {}, "stability 0.6"}}.right());
  CHECK_FALSE(Outcome{c, {"fail", {"thermal"}, {"oom"}, "stability 0.6"}}.right());
  CHECK_FALSE(Outcome{c, {"fail", {"thermal"}, {}, "limit"}}.right());
  const std::string page = ground_truth_page({right, {c, {"pass", {}, {}, ""}}});
  CHECK(page.find("1 of 2 cases") != std::string::npos);
  CHECK(page.find("| fail | 1 | 1 |") != std::string::npos);
  CHECK(page.find("**wrong**") != std::string::npos);
}
