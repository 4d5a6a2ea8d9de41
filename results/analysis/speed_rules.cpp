// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/speed_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/contention.hpp"

namespace soakrig::analysis {

namespace {

// worst / best of the windows that nobody disturbed.
std::optional<double> clean_stability(const std::vector<Window>& windows,
                                      const std::vector<bool>& clean) {
  std::vector<double> speeds;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (clean[i]) speeds.push_back(windows[i].speed());
  }
  if (speeds.size() < 2) return std::nullopt;
  const auto [low, high] = std::ranges::minmax(speeds);
  return high > 0 ? std::optional(low / high) : std::nullopt;
}

Finding judge_work(const RunView& run, const BoardView& board, const PhaseAnalysis& phase,
                   const WorkAnalysis& work, std::span<const Assertion> assertions) {
  const VerdictRules& rules = run.spec.rules;
  const std::string who = work.spec->name + " in phase " + phase.spec->name;
  if (work.speed.windows.empty()) {
    return {Verdict::inconclusive,
            "no speed of " + who + ": it completed no window of whole cycles", true};
  }
  if (work.speed.shortened || !work.speed.stability) {
    return {Verdict::inconclusive,
            fmt::format("stability of {} cannot be judged: a dwell of {} does not hold two windows "
                        "of {}, or of a whole cycle",
                        who, format_duration(phase.dwell->length()), format_duration(rules.window)),
            true};
  }
  const double stability = *work.speed.stability;
  const std::string figure =
      fmt::format("stability {:.3f} {} {:g} ({}, worst / best window of {})", stability,
                  stability < rules.stability_min ? "<" : ">=", rules.stability_min, who,
                  format_duration(work.speed.length));
  const std::string why = disturbance(board, *phase.dwell, assertions, rules.steal_max);
  if (!why.empty()) return {Verdict::inconclusive, figure + ", but " + why, false};
  if (stability >= rules.stability_min) return {Verdict::pass, figure, false};
  const auto clean = clean_stability(
      work.speed.windows, undisturbed(board, work.speed.windows, assertions, rules.steal_max));
  if (clean && *clean < rules.stability_min) return {Verdict::fail, figure, false};
  return {Verdict::inconclusive, figure + ", but only in windows that others disturbed", false};
}

}  // namespace

std::vector<Finding> judge_stability(const RunView& run, const BoardView& board,
                                     std::span<const PhaseAnalysis> phases,
                                     std::span<const Assertion> assertions) {
  std::vector<Finding> out;
  for (const PhaseAnalysis& phase : phases) {
    if (!phase.dwell) continue;
    for (const WorkAnalysis& work : phase.work) {
      out.push_back(judge_work(run, board, phase, work, assertions));
    }
  }
  return out;
}

}  // namespace soakrig::analysis
