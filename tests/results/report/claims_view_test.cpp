// SPDX-License-Identifier: Apache-2.0
#include "results/report/claims_view.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::report;
using nlohmann::json;

namespace {

PhaseFigures phase(const char* name, const char* work, const char* kind, const char* unit,
                   double sustained) {
  PhaseFigures out;
  out.name = name;
  out.ambient = 25;
  WorkFigures w;
  w.name = work;
  w.kind = kind;
  w.unit = unit;
  w.peak_short = 1.2 * sustained;
  w.peak = 1.1 * sustained;
  w.sustained = sustained;
  w.j_per_work = 0.5;
  out.work = {w};
  return out;
}

// One phase for each of a memory, a gemm and an llm workload; the model at `tokens` a second.
struct Case {
  explicit Case(double bandwidth, double tokens, Verdict verdict) {
    run = test::make_run({test::Plant().board()}, {{"soak", 60}});
    run.events = {
        test::make_event(1, "pi", event_kind::kWorkReady,
                         R"({"workload":"chat","facts":{"bytes_per_token":"582000000",)"
                         R"("format":"q4_0"}})"),
        test::make_event(
            2, "pi", event_kind::kWorkReady,
            R"({"workload":"product","facts":{"precision":"int8","cores":"2",)"
            R"("ops_per_core_cycle":"64","target":"avx2","measured_clock_mhz":"3100"}})")};
    BoardJudgement board;
    board.name = "pi";
    board.phases = {phase("stream", "stream", "memory", "By/s", bandwidth),
                    phase("product", "product", "gemm", "{ops}/s", 388e9),
                    phase("chat", "chat", "llm", "{token}/s", tokens)};
    ClaimResult claim;
    claim.name = "tokens_per_s";
    claim.claimed = 60;
    claim.unit = "{token}/s";
    claim.sustained = tokens;
    claim.verdict = verdict;
    claim.reason = "because";
    board.claims = {claim};
    judgement.boards = {board};
    boards = board_claims(judgement, run);
  }
  Case(const Case&) = delete;

  [[nodiscard]] json board() const { return json::parse(claims_json(boards))["boards"][0]; }
  [[nodiscard]] std::string text() const {
    TextOptions options;
    options.width = 300;
    return claims_text(boards, judgement, options);
  }

  RunView run;
  Judgement judgement;
  std::vector<BoardClaims> boards;
};

using soakrig::test::has;

}  // namespace

TEST_CASE("claims_view: claims, figures and bounds as JSON") {
  const Case c(30.2e9, 45, Verdict::fail);
  CHECK(claims_verdict(c.boards) == Verdict::fail);
  const json board = c.board();
  CHECK(board["claims"][0]["name"] == "tokens_per_s");
  CHECK(board["ceilings"]["bandwidth_gb_s"] == Approx(30.2));
  CHECK(board["ceilings"]["peak_gops"] == Approx(388));
  const json load = board["loads"][0];
  CHECK(load["workload"] == "chat");
  CHECK(load["mbu"].get<double>() == Approx(0.867).epsilon(0.01));
  CHECK(load["attainable_tokens_per_s"].get<double>() == Approx(51.9).epsilon(0.01));
  const json measured = board["measured"][2];
  CHECK(measured["peak_short"] == Approx(54));
  CHECK(measured["peak"] == Approx(49.5));
  CHECK(measured["sustained"] == 45);
  CHECK(measured["work_per_j"] == 2);
  CHECK(measured["ambient"] == 25);
  CHECK(board["peaks"][0]["theoretical_gops"] == Approx(396.8));
  CHECK(board["clocks"][0]["measured_mhz"] == Approx(3100));
  CHECK(board["clocks"][0]["reported_mhz"].is_null());
}

TEST_CASE("claims_view: the same as text, with what it is not said on top") {
  Case c(30.2e9, 45, Verdict::fail);
  const std::string text = c.text();
  CHECK(has(text, "short peak"));
  CHECK(has(text, "work/s/W"));
  CHECK(has(text, "bound by memory: 87 %"));
  CHECK(has(text, "bandwidth of phase stream"));
  CHECK(has(text, "theoretical 396.8 GOPS"));
  CHECK_FALSE(has(text, "SIMULATED"));
  c.judgement.run.provenance = Provenance::simulated;
  CHECK(has(c.text(), "SIMULATED"));
}

TEST_CASE("claims_view: a load beyond all there is keeps what would pass from passing") {
  CHECK(claims_verdict(Case(30.2e9, 45, Verdict::pass).boards) == Verdict::pass);
  const Case wrong(10e9, 45, Verdict::pass);
  CHECK(claims_verdict(wrong.boards) == Verdict::inconclusive);
  CHECK(wrong.board()["loads"][0]["mbu"].is_null());
  CHECK(has(wrong.text(), "the inputs are wrong"));
}

TEST_CASE("claims_view: a board that the run does not know has no bounds") {
  Case c(30.2e9, 45, Verdict::pass);
  c.judgement.boards[0].name = "other";
  const auto boards = board_claims(c.judgement, c.run);
  CHECK(boards.at(0).bounds.loads.empty());
  CHECK(json::parse(claims_json(boards))["boards"][0]["loads"].empty());
  CHECK(json::parse(claims_json({}))["boards"].empty());
}
