// SPDX-License-Identifier: Apache-2.0
//
// Quality while it is soaked: what a workload of kind "quality" told in each phase, and the bars
// that the profile sets on it (rig/base/quality_bars.hpp). A pass asks the same questions each
// time, so the intervals are of the passes' spread over time, for these questions; how well they
// stand for others is what `soakrig quality` tells. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/findings.hpp"
#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

// One gauge of one workload in one dwell.
struct QualityLevel {
  std::string phase, workload, gauge;  // gauge: "top1", "kl", "solved"
  Interval dwell;
  bool reference = false;                    // the phase that others are held against
  std::size_t answered = 0, unanswered = 0;  // passes in the dwell
  std::vector<double> passes;                // the figure of each that had one, in order of time
  std::string no_meaning;  // why the engine's figure means nothing: a limit's name; empty = it does

  [[nodiscard]] std::optional<double> level() const { return mean(passes); }
  [[nodiscard]] std::optional<Bounds> bounds() const { return mean_bounds(passes); }
};

// Of every quality workload of a board, phase by phase, its three gauges in each.
[[nodiscard]] std::vector<QualityLevel> quality_levels(const RunView& run, const BoardView& board);

// One finding a bar and phase ("fall": a phase beside the reference). The interval decides: pass
// where all of it keeps the bar, fail where all of it breaks it, else inconclusive; so too with
// fewer than kLeastPasses passes, and, instead of a pass, where more passes were unanswered than
// coverage_min allows.
[[nodiscard]] std::vector<Finding> judge_quality(const RunView& run, const BoardView& board);

}  // namespace soakrig::analysis
