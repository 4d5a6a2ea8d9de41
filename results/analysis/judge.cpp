// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/claims.hpp"
#include "results/analysis/contention.hpp"
#include "results/analysis/coverage.hpp"
#include "results/analysis/event_body.hpp"
#include "results/analysis/incidents.hpp"
#include "results/analysis/judgement.hpp"
#include "results/analysis/limits.hpp"
#include "results/analysis/phase_times.hpp"
#include "results/analysis/run_baseline.hpp"
#include "results/analysis/series.hpp"
#include "results/analysis/speed_rules.hpp"

namespace soakrig::analysis {

namespace {

// Assertions of one channel closer than this are one: never more than some thousands a run.
Nanos bridge_of(const RunView& run) {
  return std::max(run.spec.rules.short_window, run.now / 5000);
}

std::vector<Finding> judge_limits(const std::vector<Breach>& breaches) {
  std::vector<Finding> out;
  for (const Breach& b : breaches) {
    if (b.limit.action == LimitAction::warn) continue;
    out.push_back({b.of_rig ? Verdict::error : Verdict::fail, "limit: " + b.words, false});
  }
  return out;
}

Finding judge_incidents(const std::vector<Incident>& incidents, int max_incidents) {
  std::string words;
  int count = 0;
  for (const Incident& i : incidents) {
    if (i.blame != Blame::board && i.blame != Blame::unknown) continue;
    ++count;
    if (count > 5) continue;
    words += fmt::format("{}{} at {:.1f} s", words.empty() ? "" : ", ", to_string(i.kind),
                         to_seconds(i.at));
  }
  if (count <= max_incidents) {
    return {Verdict::pass, fmt::format("{} incidents, {} allowed", count, max_incidents), false};
  }
  return {Verdict::fail,
          fmt::format("{} incidents with blame board or unknown, {} allowed: {}{}", count,
                      max_incidents, words, count > 5 ? ", …" : ""),
          false};
}

std::vector<Finding> judge_coverage(const Coverage& coverage, double coverage_min) {
  std::vector<Finding> out;
  for (const ChannelCoverage& c : coverage.channels) {
    if (c.ratio >= coverage_min) continue;
    out.push_back(
        {Verdict::inconclusive,
         fmt::format("coverage {:.3f} < {:g}: {}: {}", c.ratio, coverage_min, c.what, c.problem),
         true});
  }
  if (out.empty() && coverage.ratio) {
    out.push_back({Verdict::pass,
                   fmt::format("coverage {:.3f} >= {:g}", *coverage.ratio, coverage_min), false});
  }
  return out;
}

std::vector<Finding> judge_phases(const RunView& run) {
  std::vector<Finding> out;
  for (std::size_t i = 0; i < run.spec.phases.size(); ++i) {
    const auto found = std::ranges::find(run.phases, i, &PhaseView::spec);
    if (found != run.phases.end() && found->dwell_end) continue;
    const std::string& name = run.spec.phases[i].name;
    out.push_back({Verdict::inconclusive,
                   found == run.phases.end() || !found->dwell_begin
                       ? "phase " + name + " never reached its dwell"
                       : "phase " + name + " did not finish its dwell",
                   true});
  }
  for (const Event& e : run.events) {
    if (e.kind != event_kind::kOperator) continue;
    const std::string action = EventBody(e.body).text("action").value_or("");
    if (action == "stop" || action == "interrupt") {
      out.push_back({Verdict::inconclusive,
                     fmt::format("the operator stopped the run at {:.1f} s", to_seconds(e.t)),
                     false});
    }
  }
  return out;
}

// What went wrong on the rig's side, of this board or of all.
std::vector<std::string> rig_faults(const RunView& run, std::string_view board,
                                    std::span<const Incident> incidents) {
  std::vector<std::string> out;
  for (const Incident& i : incidents) {
    if (i.blame != Blame::rig) continue;
    out.push_back(fmt::format("{}{} (at {:.1f} s)", to_string(i.kind),
                              i.evidence.empty() ? "" : ": " + i.evidence.front(),
                              to_seconds(i.at)));
  }
  for (const Event& e : run.events) {
    if (e.kind != event_kind::kRigFault && e.kind != event_kind::kTrip) continue;
    if (!e.board.empty() && e.board != board) continue;
    const EventBody body(e.body);
    if (!body.flag("counts").value_or(true)) continue;
    std::string words = body.text("what").value_or(body.text("reason").value_or(e.body));
    if (const auto remedy = body.text("remedy")) words += "; " + *remedy;
    out.push_back(fmt::format("{} (at {:.1f} s)", words, to_seconds(e.t)));
  }
  return out;
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
  const VerdictRules& rules = run.spec.rules;
  std::vector<Finding> out = judge_limits(find_breaches(run, board));
  const auto add = [&out](std::vector<Finding> more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  add(judge_stability(run, board, phases, assertions));
  for (const ClaimResult& c : so_far.claims) {
    out.push_back({c.verdict, "claim " + c.name + ": " + c.reason,
                   c.verdict == Verdict::inconclusive && !c.sustained});
  }
  out.push_back(judge_incidents(so_far.incidents, rules.max_incidents));
  add(judge_coverage(coverage, rules.coverage_min));
  add(judge_phases(run));
  return out;
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
  out.claims = judge_claims({&run, &board, phases, out.episodes, assertions});
  out.phases = figures_of(phases);

  const Ruling ruling = rule(all_findings(run, board, out, coverage, phases, assertions),
                             rig_faults(run, board.name, out.incidents));
  out.reasons = ruling.reasons;
  if (run.ended) out.verdict = ruling.verdict;
  return out;
}

}  // namespace

Judgement judge(const RunView& run) {
  Judgement out;
  out.run = run.facts;
  for (const BoardView& board : run.boards) out.boards.push_back(judge_board(run, board));
  if (run.ended) out.verdict = run.boards.empty() ? Verdict::error : Verdict::pass;
  if (run.boards.empty()) out.reasons.push_back("no board of the run ever said hello");
  for (const BoardJudgement& b : out.boards) {
    if (b.verdict && out.verdict) out.verdict = worst(*out.verdict, *b.verdict);
    if (b.coverage) out.coverage = std::min(out.coverage.value_or(1), *b.coverage);
    for (const std::string& reason : b.reasons) {
      out.reasons.push_back(out.boards.size() > 1 ? b.name + ": " + reason : reason);
    }
  }
  return out;
}

}  // namespace soakrig::analysis
