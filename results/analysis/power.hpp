// SPDX-License-Identifier: Apache-2.0
//
// What a power reading means: where it was measured, how sure the meter is of it, and what that
// makes of energy and of energy per work. A figure of power without its measuring point is none.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "results/analysis/judgement.hpp"
#include "results/analysis/windows.hpp"

namespace soakrig::analysis {

// The source of a board's `board.power`. The channel is the view's.
struct Meter {
  const ChannelView* channel = nullptr;
  std::string measuring_point;     // "wall", "dc-in", "rail", "unknown"
  std::string source;              // as its probe or instrument says
  std::optional<double> accuracy;  // of reading, a ratio; absent = not known
};

// Read from a file: the board's own sensor, of a supply input (dc-in) or of a part of it (rail;
// RAPL counts the package), and nobody says how accurate. Else the instrument of the profile that
// measures this board. None without board.power.
[[nodiscard]] std::optional<Meter> find_meter(const RunView& run, const BoardView& board);

// Mean and energy over a dwell. The meter's part of the interval is reading x (1 -+ accuracy): what
// is wrong by a constant factor does not average out. None where less than `least_valid` was seen.
[[nodiscard]] PowerFigures power_over(const Meter& meter, const Interval& dwell,
                                      double least_valid);

// Energy per work over the time of the windows: integral of power / work done in them. Interval:
// half the width of median_bounds of the windows' own figures (statistics.hpp) to either side, then
// the meter's accuracy.
struct WorkEnergy {
  std::optional<double> power_w, j_per_work, lower, upper;
};
[[nodiscard]] WorkEnergy work_energy(const Meter& meter, std::span<const Window> windows,
                                     double least_valid);

}  // namespace soakrig::analysis
