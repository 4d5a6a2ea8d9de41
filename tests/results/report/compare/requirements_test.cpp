// SPDX-License-Identifier: Apache-2.0
// Also tests: compare_text.cpp compare_json.cpp
#include "results/report/compare/requirements.hpp"

#include <nlohmann/json.hpp>

#include "results/report/compare/compare_json.hpp"
#include "results/report/compare/compare_text.hpp"
#include "tests/results/report/compare/candidates.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;
using report::Requirement;

namespace {

report::Tick ticked(Made& made, const Requirement& r) {
  const std::vector<report::Candidate> one{made.candidate()};
  const std::vector<Requirement> wanted{r};
  return report::tick(wanted, one)[0].ticks[0];
}

}  // namespace

TEST_CASE("a requirement is met by all of the interval, broken by none of it, else not decided") {
  Made board("a");  // 20 [19.5, 20.5] at 55 Cel
  CHECK(ticked(board, {"tokens_per_s", 19.5, {}, ""}).met == Verdict::pass);
  CHECK(ticked(board, {"tokens_per_s", 20, {}, ""}).met == Verdict::inconclusive);
  CHECK(ticked(board, {"tokens_per_s", 20.6, {}, ""}).met == Verdict::fail);
  CHECK(ticked(board, {"tokens_per_s", 8, 55.0, "chat"}).met == Verdict::pass);
  CHECK(ticked(board, {"tokens_per_s", 8, 56.5, ""}).met == Verdict::pass);  // within 2 K
  const auto hotter = ticked(board, {"tokens_per_s", 8, 70.0, ""});
  CHECK(hotter.met == Verdict::inconclusive);
  CHECK(hotter.reason == "no phase ran a workload at 70 Cel or hotter");
  CHECK(ticked(board, {"tokens_per_s", 8, {}, "other"}).met == Verdict::inconclusive);
}

TEST_CASE("no interval, no tick: the reason says what is missing") {
  Made board("a");
  board.work().lower.reset();
  CHECK(ticked(board, {"sustained", 8, {}, ""}).met == Verdict::inconclusive);
  board.power(10, 9.9, 10.1);
  CHECK(ticked(board, {"power_w", 15, {}, ""}).met == Verdict::pass);
  CHECK(ticked(board, {"power_w", 9, {}, ""}).met == Verdict::fail);
  board.phase().power->lower_w.reset();
  const auto blind = ticked(board, {"power_w", 15, {}, ""});
  CHECK(blind.met == Verdict::inconclusive);
  CHECK(blind.reason.find("accuracy is not known") != std::string::npos);
  board.phase().power.reset();
  CHECK(ticked(board, {"power_w", 15, {}, ""}).reason == "hot: no board.power was recorded");
  CHECK(ticked(board, {"ttft_ms", 500, {}, ""}).met == Verdict::inconclusive);
  board.work().latency["ttft"] = {"s", 100, 0.2, 0.3, 0.4, 0.5};
  CHECK(ticked(board, {"ttft_ms", 500, {}, ""}).met == Verdict::pass);
  CHECK(ticked(board, {"ttft_ms", 100, {}, ""}).met == Verdict::fail);
  board.work().unit = "{frame}/s";
  CHECK(ticked(board, {"tokens_per_s", 8, {}, ""}).reason.find("not tokens") != std::string::npos);
}

TEST_CASE("the worst phase counts, and the rig's incidents do not") {
  Made board("a");
  analysis::PhaseFigures worse = board.phase();
  worse.name = "hotter";
  worse.work[0].sustained = 5;
  worse.work[0].lower = 4.9;
  worse.work[0].upper = 5.1;
  board.board().phases.push_back(worse);
  const auto tick = ticked(board, {"tokens_per_s", 8, {}, ""});
  CHECK(tick.met == Verdict::fail);
  CHECK(tick.reason == "hotter: 5 {token}/s [4.9, 5.1]");
  analysis::Incident rigs;
  rigs.blame = Blame::rig;
  board.board().incidents = {rigs};
  CHECK(ticked(board, {"incidents", 0, {}, ""}).met == Verdict::pass);
  board.board().incidents[0].blame = Blame::unknown;
  CHECK(ticked(board, {"incidents", 0, {}, ""}).met == Verdict::fail);
  board.board().coverage.reset();
  CHECK(ticked(board, {"coverage", 0.99, {}, ""}).met == Verdict::inconclusive);
}

TEST_CASE("a simulated run and one that did not end tick nothing") {
  Made board("a");
  board.judgement.run.provenance = Provenance::simulated;
  CHECK(ticked(board, {"tokens_per_s", 8, {}, ""}).met == Verdict::inconclusive);
  CHECK(ticked(board, {"tokens_per_s", 80, {}, ""}).met == Verdict::inconclusive);
  board.judgement.run.provenance = Provenance::measured;
  board.judgement.run.state = RunState::interrupted;
  CHECK(ticked(board, {"tokens_per_s", 8, {}, ""}).met == Verdict::inconclusive);
  CHECK(ticked(board, {"tokens_per_s", 80, {}, ""}).met == Verdict::fail);
}

TEST_CASE("text and JSON say the same of every candidate") {
  Two two;
  two.b.label = "night:\x1b[31mb";
  two.b.work().sustained = 15;
  two.b.work().lower = 14.9;
  two.b.work().upper = 15.1;
  two.a.board().facts["kernel"] = "6.1";
  const auto candidates = two.candidates();
  const std::vector<Requirement> wanted{{"tokens_per_s", 18, 55.0, "chat"}};
  const auto ticks = report::tick(wanted, candidates);
  CHECK_FALSE(report::all_met(ticks));
  const auto comparison = report::compare(candidates);
  const json document = json::parse(report::compare_json(candidates, comparison, ticks));
  CHECK(document["candidates"].size() == 2);
  CHECK(document["requirements"][0]["ticks"][0]["met"] == true);
  CHECK(document["requirements"][0]["ticks"][1]["met"] == false);
  CHECK(document["rows"][0]["cells"][1]["regressed"] == true);
  CHECK(document["rows"][0]["cells"][0]["delta"].is_null());
  CHECK(document["environment"][0]["values"][1].is_null());
  CHECK(document["regressions"].size() == 1);

  const std::string text = report::compare_text(candidates, comparison, ticks, 100);
  CHECK(text.find("\x1b") == std::string::npos);
  CHECK(text.find("15 (-25.0 % [-27.3, -22.6]) !") != std::string::npos);
  CHECK(text.find("tokens_per_s ≥ 18 {token}/s at 55 Cel or hotter, chat") != std::string::npos);
  CHECK(text.find("night:a: yes: hot: 20 {token}/s [19.5, 20.5]") != std::string::npos);
  CHECK(text.find("NO: hot: 15") != std::string::npos);
  CHECK(text.find("unknown") != std::string::npos);
}

TEST_CASE("every name is said with its direction") {
  for (const auto& name : report::requirement_names()) {
    CAPTURE(name.name);
    CHECK_FALSE(name.meaning.empty());
  }
  CHECK(report::requirement_names().size() == 10);
}
