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

struct Opinion {
  Verdict verdict = Verdict::inconclusive;
  std::string reason;
  bool for_want_of_data = false;
};

Opinion judge_work(const RunView& run, const BoardView& board, const PhaseAnalysis& phase,
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
  const std::string client =
      client_limit(board, work.spec->name, work.figures.latency, *phase.dwell);
  if (!why.empty() || !client.empty()) {
    const bool both = !why.empty() && !client.empty();
    return {Verdict::inconclusive, figure + ", but " + why + (both ? ", and " : "") + client};
  }
  if (stability >= rules.stability_min) return {Verdict::pass, figure};
  const auto clean = clean_stability(
      work.speed.windows, undisturbed(board, work.speed.windows, assertions, rules.steal_max));
  if (clean && *clean < rules.stability_min) return {Verdict::fail, figure};
  return {Verdict::inconclusive, figure + ", but only in windows that others disturbed"};
}

// The slowest window is where to look; without windows it is the dwell.
Interval evidence_of(const PhaseAnalysis& phase, const WorkAnalysis& work) {
  const auto& windows = work.speed.windows;
  if (windows.empty()) return *phase.dwell;
  return std::ranges::min_element(windows, {}, &Window::speed)->when;
}

}  // namespace

bool has_own_pace(const WorkloadSpec& workload) {
  return workload.kind != "cycle" && workload.kind != "quality";
}

std::vector<Finding> judge_stability(const RunView& run, const BoardView& board,
                                     std::span<const PhaseAnalysis> phases,
                                     std::span<const Assertion> assertions) {
  std::vector<Finding> out;
  for (const PhaseAnalysis& phase : phases) {
    if (!phase.dwell) continue;
    for (const WorkAnalysis& work : phase.work) {
      if (!has_own_pace(*work.spec)) continue;
      Opinion opinion = judge_work(run, board, phase, work, assertions);
      Finding f;
      f.rule = "stability";
      f.verdict = opinion.verdict;
      f.reason = std::move(opinion.reason);
      f.for_want_of_data = opinion.for_want_of_data;
      f.phase = phase.spec->name;
      f.workload = work.spec->name;
      f.value = work.speed.stability;
      f.bar = run.spec.rules.stability_min;
      f.unit = "1";
      f.over = evidence_of(phase, work);
      f.channel = "work." + work.spec->name + "." + work.spec->work;
      out.push_back(std::move(f));
    }
  }
  return out;
}

}  // namespace soakrig::analysis
