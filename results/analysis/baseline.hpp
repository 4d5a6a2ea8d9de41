// SPDX-License-Identifier: Apache-2.0
//
// What a workload does when nothing holds it back, matched to where in its cycle it is, and when it
// did less. A context that grows through a cycle slows every cycle in the same way: the baseline
// slows with it, so only what is slower than the same place of an unhindered cycle counts.
// Sources: episodes in docs/definitions.md; the running median against short dips is Tukey's.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "results/analysis/windows.hpp"

namespace soakrig::analysis {

// How long an unhindered cycle takes to reach each part of its work.
struct Baseline {
  double speed = 0;             // work / busy of whole cycles
  double cycle_work = 0;        // work of one cycle; 0 = cycles differ, so only whole ones compare
  std::vector<double> busy_at;  // s of busy time at k / (n-1) of the cycle's work; empty as above
};

// From the windows of an unhindered time and the progress that they were made of. The speed is the
// upper quartile of the windows': high enough to see past a start that was already throttled for up
// to three quarters of it, and not the luckiest window of many. The shape is the median over its
// cycles. It is matched within cycles only where the work has its own busy time and 9 of 10 cycles
// hold the same work within 1 %; otherwise whole cycles are compared. None without windows.
[[nodiscard]] std::optional<Baseline> make_baseline(const Progress& progress,
                                                    std::span<const Window> windows);

// A piece of progress: what it took, and what the baseline takes for the same.
struct Cell {
  Interval when;
  double work = 0;
  double busy = 0;                                                // s, really
  double expected = 0;                                            // s, by the baseline
  [[nodiscard]] double ratio() const { return expected / busy; }  // speed / baseline speed
  // Work lost to slowness: (baseline speed - speed) * busy, never negative.
  [[nodiscard]] double lost() const;
};

// Cells of at least `busy_s` busy time each, in order; whole cycles where the baseline is not
// matched within cycles.
[[nodiscard]] std::vector<Cell> make_cells(const Progress& progress, const Interval& range,
                                           const Baseline& baseline, double busy_s);

// Where the speed stayed below `share` of its baseline for at least `shortest`: runs of cells whose
// running median over `shortest` is below it, of which the first and the last cell count half. A
// dip shorter than that is not there.
[[nodiscard]] std::vector<Interval> slow_intervals(std::span<const Cell> cells, double share,
                                                   Nanos shortest);

}  // namespace soakrig::analysis
