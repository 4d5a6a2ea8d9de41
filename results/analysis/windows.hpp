// SPDX-License-Identifier: Apache-2.0
//
// Speed: work / busy time over the whole work cycles of a window. Whole cycles, so that neither a
// growing context nor long prompts look like throttling; busy time, so that the pauses of a paced,
// bursty or duty-cycled load do not.
#pragma once

#include <span>
#include <vector>

#include "results/analysis/progress.hpp"

namespace soakrig::analysis {

struct Window {
  Interval when;  // from its first cycle's begin to its last cycle's end
  double work = 0;
  double busy = 0;  // s; above zero
  double cycles = 0;
  [[nodiscard]] double speed() const { return work / busy; }
};

// Consecutive, non-overlapping windows: each takes whole cycles until they fill `length` together.
// A pause between cycles of more than `length` (the workload or the board was down) ends a window;
// what had not filled one is left out. Windows without busy time are left out.
[[nodiscard]] std::vector<Window> tile(std::span<const Cycle> cycles, Nanos length);

[[nodiscard]] std::vector<double> speeds(std::span<const Window> windows);

// The windows that lie inside the range.
[[nodiscard]] std::vector<Window> inside(std::span<const Window> windows, const Interval& range);

// What length of window a dwell allows: the profile's, or half the dwell where it cannot hold two,
// but never below `shortest`.
[[nodiscard]] Nanos window_length(Nanos wanted, Nanos shortest, Nanos dwell);

}  // namespace soakrig::analysis
