// SPDX-License-Identifier: Apache-2.0
//
// Coverage: how much of the planned dwell was really seen, by the channels that the verdict needs.
// A verdict on a board that was half watched is worth little, and must say so.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

struct ChannelCoverage {
  std::string what;     // channel, or "a clock or limiter signal"
  double ratio = 0;     // valid dwell / planned dwell, 0..1
  std::string problem;  // why it is not whole; empty when it is
};

struct Coverage {
  std::optional<double> ratio;            // the least; none when nothing was planned
  std::vector<ChannelCoverage> channels;  // every need, the worst first
};

// Over all phases of the plan, those never reached included. A channel needed: each workload's work
// (in the phases that run it), soc.temperature, one clock or limiter signal (the best one counts),
// each channel that a limit names, board.power where a claim is on power or energy. Time in `down`
// counts as seen: it is unavailability, not missing coverage. A workload's totals are cumulative: a
// silence is bridged if the same instance goes on after it, up to ten minutes.
[[nodiscard]] Coverage coverage_of(const RunView& run, const BoardView& board,
                                   std::span<const Interval> down);

}  // namespace soakrig::analysis
