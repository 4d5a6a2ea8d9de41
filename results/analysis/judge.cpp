// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "results/analysis/claims.hpp"
#include "results/analysis/contention.hpp"
#include "results/analysis/coverage.hpp"
#include "results/analysis/cycles.hpp"
#include "results/analysis/derating.hpp"
#include "results/analysis/drift.hpp"
#include "results/analysis/incidents.hpp"
#include "results/analysis/judgement.hpp"
#include "results/analysis/level_changes.hpp"
#include "results/analysis/limits.hpp"
#include "results/analysis/quality_rules.hpp"
#include "results/analysis/reliability.hpp"
#include "results/analysis/rules.hpp"
#include "results/analysis/run_baseline.hpp"
#include "results/analysis/series.hpp"
#include "results/analysis/speed_rules.hpp"
#include "results/analysis/thermal_fit.hpp"

namespace soakrig::analysis {

namespace {

// Assertions of one channel closer than this are one: never more than some thousands a run.
Nanos bridge_of(const RunView& run) {
  return std::max(run.spec.rules.short_window, run.now / 5000);
}

// Share of the dwell so far in which the board was up and working.
std::optional<double> availability_of(std::span<const PhaseAnalysis> phases,
                                      std::span<const Interval> down) {
  Nanos dwell = 0, lost = 0;
  for (const PhaseAnalysis& phase : phases) {
    if (!phase.dwell) continue;
    dwell += phase.dwell->length();
    lost += time_within(*phase.dwell, down);
  }
  if (dwell == 0) return std::nullopt;
  return 1 - to_seconds(lost) / to_seconds(dwell);
}

std::vector<PhaseFigures> figures_of(const std::vector<PhaseAnalysis>& phases) {
  std::vector<PhaseFigures> out;
  for (const PhaseAnalysis& phase : phases) {
    out.push_back(phase.figures);
    for (const WorkAnalysis& work : phase.work) out.back().work.push_back(work.figures);
  }
  return out;
}

std::vector<Finding> all_findings(const RunView& run, const BoardView& board,
                                  const BoardJudgement& so_far, const Coverage& coverage,
                                  std::span<const PhaseAnalysis> phases,
                                  std::span<const Assertion> assertions) {
  std::vector<Finding> out = judge_limits(find_breaches(run, board));
  const auto add = [&out](std::vector<Finding> more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  add(judge_stability(run, board, phases, assertions));
  add(judge_quality(run, board));
  add(claim_findings(run, so_far.claims));
  out.push_back(judge_incidents(run, so_far.incidents));
  add(judge_course(run));
  add(judge_coverage(run, coverage));
  add(judge_input(run, board, so_far.episodes));
  return out;
}

// What the update cycles bound, beside what the hours do.
void add_cycles(const RunView& run, const std::string& board, std::optional<Reliability>& to) {
  std::vector<ReliabilityBound> bounds = cycle_bounds(count_cycles(run.events, board));
  if (bounds.empty()) return;
  if (!to) to.emplace();
  to->bounds.insert(to->bounds.end(), bounds.begin(), bounds.end());
}

BoardJudgement judge_board(const RunView& run, const BoardView& board) {
  BoardJudgement out;
  out.name = board.name;
  out.facts = board.facts;
  out.incidents = find_incidents(run.events, board.name);
  const auto down = down_times(out.incidents, run.now);
  const Coverage coverage = coverage_of(run, board, down);
  out.coverage = coverage.ratio;

  const auto assertions = find_assertions(board, {0, run.now + 1}, bridge_of(run));
  std::vector<PhaseAnalysis> phases = analyse_phases(run, board);
  add_retention(phases);
  const auto traces = trace_workloads(run, board, phases, assertions);
  out.episodes = find_episodes({&board, assertions, traces, down, run.spec.rules});
  add_time_to_throttle(phases, out.episodes);
  out.availability = availability_of(phases, down);
  out.claims = judge_claims({&run, &board, phases, out.episodes, assertions,
                             board_bounds(run, board, figures_of(phases)),
                             ready_facts(run.events, board.name)});
  out.changes = find_changes(phases);
  out.drifts = find_drifts(board, phases);
  for (Incident& leak : leak_incidents(out.drifts, out.incidents)) {
    out.incidents.push_back(std::move(leak));
  }
  std::ranges::stable_sort(out.incidents, {}, &Incident::at);
  out.thermal = fit_thermal(run, board, phases, assertions);
  out.derating = find_derating(phases, out.thermal);
  out.phases = figures_of(phases);
  out.reliability = board_reliability(out);
  add_cycles(run, board.name, out.reliability);

  const Ruling ruling = rule(all_findings(run, board, out, coverage, phases, assertions),
                             rig_faults(run, board.name, out.incidents));
  out.reasons = ruling.reasons;
  out.rules = ruling.findings;
  for (Finding& f : out.rules) f.board = board.name;
  if (run.ended) out.verdict = ruling.verdict;
  return out;
}

// The boards' reasons, the worst board's first; those of boards that passed only where all did.
void add_reasons(Judgement& out) {
  std::vector<const BoardJudgement*> boards;
  for (const BoardJudgement& b : out.boards) boards.push_back(&b);
  std::ranges::stable_sort(boards, std::greater{}, [](const BoardJudgement* b) {
    return b->verdict.value_or(Verdict::pass);
  });
  for (const BoardJudgement* b : boards) {
    if (b->verdict == Verdict::pass && out.verdict != Verdict::pass) continue;
    for (const std::string& reason : b->reasons) {
      out.reasons.push_back(out.boards.size() > 1 ? b->name + ": " + reason : reason);
    }
  }
}

}  // namespace

Judgement judge(const RunView& run) {
  Judgement out;
  out.run = run.facts;
  for (const BoardView& board : run.boards) out.boards.push_back(judge_board(run, board));
  out.reliability = run_reliability(out.boards);
  add_cycles(run, "", out.reliability);
  if (run.ended) out.verdict = run.boards.empty() ? Verdict::error : Verdict::pass;
  if (run.boards.empty()) out.reasons.push_back("no board of the run ever said hello");
  for (const BoardJudgement& b : out.boards) {
    if (b.verdict && out.verdict) out.verdict = worst(*out.verdict, *b.verdict);
    if (b.coverage) out.coverage = std::min(out.coverage.value_or(1), *b.coverage);
  }
  add_reasons(out);
  return out;
}

}  // namespace soakrig::analysis
