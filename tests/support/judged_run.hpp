// SPDX-License-Identifier: Apache-2.0
//
// A stored run whose judgement is given, not made: for what takes figures from runs and must be
// checked against known ones.
#pragma once

#include <string>

#include "results/report/show_json.hpp"
#include "tests/support/stored_run.hpp"

namespace soakrig::test {

// One phase "hot" with one workload "chat" that counted tokens. Power at the wall.
struct KnownFigures {
  std::string board = "pi";
  double tokens_per_s = 20;
  std::optional<double> lower, upper;
  std::optional<double> power_w = 10, power_lower, power_upper;
  std::optional<double> availability = 1;
  std::optional<double> ttft_s;
  Provenance provenance = Provenance::measured;
  Verdict verdict = Verdict::pass;
};

inline analysis::Judgement known_judgement(const KnownFigures& known, const std::string& name,
                                           const std::string& id) {
  analysis::WorkFigures work;
  work.name = "chat";
  work.kind = "llm";
  work.unit = "{token}/s";
  work.sustained = known.tokens_per_s;
  work.lower = known.lower;
  work.upper = known.upper;
  work.power_w = known.power_w;
  if (known.power_w) work.j_per_work = *known.power_w / known.tokens_per_s;
  if (known.ttft_s) {
    work.latency["ttft"] = {"s", 100, *known.ttft_s, *known.ttft_s, *known.ttft_s, *known.ttft_s};
  }
  analysis::PhaseFigures phase;
  phase.name = "hot";
  phase.ambient = 55;
  phase.dwell = analysis::Interval{0, 3600 * kSecond};
  if (known.power_w) {
    analysis::PowerFigures power;
    power.channel = "board.power";
    power.measuring_point = "wall";
    power.mean_w = known.power_w;
    power.lower_w = known.power_lower;
    power.upper_w = known.power_upper;
    phase.power = power;
  }
  phase.work = {work};
  analysis::BoardJudgement board;
  board.name = known.board;
  board.coverage = 1;
  board.availability = known.availability;
  board.verdict = known.verdict;
  board.phases = {phase};
  analysis::Judgement out;
  out.run.id = id;
  out.run.name = name;
  out.run.state = RunState::sealed;
  out.run.provenance = known.provenance;
  out.run.started_utc = kStoredStart;
  out.verdict = known.verdict;
  out.coverage = 1;
  out.boards = {board};
  return out;
}

// Sealed in `folder`; the path of its file.
inline std::string store_known(const std::string& folder, const KnownFigures& known,
                               const std::string& name, const std::string& id) {
  analysis::RunView run;
  run.facts.name = name;
  run.spec.workloads.push_back({});
  run.spec.workloads.back().name = "chat";
  const FakeClock clock;
  auto writer = store::Writer::create(folder, stored_header(run, id), clock);
  REQUIRE(writer);
  static_cast<void>((*writer)->add_board(known.board, R"({"model":"known"})"));
  const analysis::Judgement judged = known_judgement(known, name, id);
  REQUIRE((*writer)->set_judgement(known.verdict, report::show_json(judged, {})));
  REQUIRE((*writer)->finish());
  return (*writer)->path();
}

}  // namespace soakrig::test
