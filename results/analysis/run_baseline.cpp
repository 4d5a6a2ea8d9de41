// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/run_baseline.hpp"

#include <algorithm>
#include <set>

#include "results/analysis/phase_times.hpp"
#include "results/analysis/series.hpp"
#include "results/analysis/speed_rules.hpp"

namespace soakrig::analysis {

namespace {

constexpr Nanos kFirst = 10 * kMinute;

// The windows of a phase that stand for an unhindered board: all of a reference phase, else those
// of the first ten minutes, and the first one in any case.
std::vector<Window> early_windows(const PhaseAnalysis& phase, const WorkAnalysis& work) {
  if (phase.spec->reference || work.speed.windows.empty()) return work.speed.windows;
  std::vector<Window> out =
      inside(work.speed.windows, {phase.dwell->from, phase.dwell->from + kFirst});
  if (out.empty()) out.push_back(work.speed.windows.front());
  return out;
}

// The phase that gives the baseline of `work`: only phases with the same set of workloads, if `set`
// is given, since each slows the others.
const PhaseAnalysis* reference_for(const std::vector<PhaseAnalysis>& phases,
                                   const std::string& work, const std::set<std::string>* set) {
  const PhaseAnalysis* first = nullptr;
  for (const PhaseAnalysis& phase : phases) {
    const WorkAnalysis* own = phase.find(work);
    if (own == nullptr || own->speed.windows.empty()) continue;
    if (set != nullptr &&
        std::set<std::string>(phase.spec->work.begin(), phase.spec->work.end()) != *set) {
      continue;
    }
    if (phase.spec->reference) return &phase;
    if (first == nullptr) first = &phase;
  }
  return first;
}

std::vector<Window> unlimited(std::vector<Window> windows, std::span<const Assertion> assertions) {
  std::vector<Interval> limited;
  for (const Assertion& a : assertions) {
    if (by_hardware(a.cause)) limited.push_back(a.when);
  }
  limited = joined(std::move(limited));
  std::vector<Window> out;
  std::ranges::copy_if(windows, std::back_inserter(out),
                       [&](const Window& w) { return time_within(w.when, limited) == 0; });
  return out.empty() ? windows : out;
}

std::optional<WorkloadTrace> trace(const RunView& run, const BoardView& board,
                                   const PhaseAnalysis& phase, const WorkAnalysis& work,
                                   const PhaseAnalysis& reference,
                                   std::span<const Assertion> assertions) {
  const WorkloadSpec& spec = *work.spec;
  const VerdictRules& rules = run.spec.rules;
  const auto windows = unlimited(early_windows(reference, *reference.find(spec.name)), assertions);
  if (windows.empty()) return std::nullopt;
  WorkloadTrace out;
  out.workload = spec.name;
  out.unit = spec.unit;
  out.phase = phase.phase;
  out.baseline_over = {windows.front().when.from, windows.back().when.to};
  const Progress before = load_progress(
      board, spec.name, spec.work, {out.baseline_over.from, out.baseline_over.to + 1}, kLongestGap);
  const auto baseline = make_baseline(before, windows);
  if (!baseline) return std::nullopt;
  out.baseline_speed = baseline->speed;
  const Progress progress = load_progress(board, spec.name, spec.work, phase.phase, kLongestGap);
  out.cells = make_cells(progress, phase.phase, *baseline, to_seconds(rules.short_window) / 5);
  out.slow = slow_intervals(out.cells, kSlowShare, rules.short_window);
  return out;
}

}  // namespace

void add_retention(std::vector<PhaseAnalysis>& phases) {
  for (PhaseAnalysis& phase : phases) {
    for (WorkAnalysis& work : phase.work) {
      const PhaseAnalysis* reference = reference_for(phases, work.spec->name, nullptr);
      if (reference == nullptr || !work.figures.sustained) continue;
      double peak = 0;
      for (const Window& w : early_windows(*reference, *reference->find(work.spec->name))) {
        peak = std::max(peak, w.speed());
      }
      if (peak > 0) work.figures.retention = *work.figures.sustained / peak;
    }
  }
}

std::vector<WorkloadTrace> trace_workloads(const RunView& run, const BoardView& board,
                                           const std::vector<PhaseAnalysis>& phases,
                                           std::span<const Assertion> assertions) {
  std::vector<WorkloadTrace> out;
  for (const PhaseAnalysis& phase : phases) {
    const std::set<std::string> set(phase.spec->work.begin(), phase.spec->work.end());
    for (const WorkAnalysis& work : phase.work) {
      if (!has_own_pace(*work.spec)) continue;
      const PhaseAnalysis* reference = reference_for(phases, work.spec->name, &set);
      if (reference == nullptr) continue;
      if (auto t = trace(run, board, phase, work, *reference, assertions)) {
        out.push_back(std::move(*t));
      }
    }
  }
  return out;
}

void add_time_to_throttle(std::vector<PhaseAnalysis>& phases, std::span<const Episode> episodes) {
  for (PhaseAnalysis& phase : phases) {
    if (!phase.dwell) continue;
    std::optional<Nanos> first;
    for (const Episode& e : episodes) {
      if (e.cause == Cause::contention || e.cause == Cause::workload) continue;
      const Interval common = overlap(e.when, *phase.dwell);
      if (common.length() > 0 && (!first || common.from < *first)) first = common.from;
    }
    if (!first) continue;
    for (WorkAnalysis& work : phase.work) {
      work.figures.time_to_throttle_s = to_seconds(*first - phase.dwell->from);
    }
  }
}

}  // namespace soakrig::analysis
