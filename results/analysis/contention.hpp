// SPDX-License-Identifier: Apache-2.0
//
// When somebody else took the machine: the hypervisor (steal) or a stranger's programs (limiter
// channels of cause contention). A speed measured then says little about the board, for better or
// worse, so the rules on speed are inconclusive.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/limiters.hpp"
#include "results/analysis/windows.hpp"

namespace soakrig::analysis {

// Mean of cpu.steal over each range as a share of CPU time (0..1); none where it was not readable.
[[nodiscard]] std::vector<std::optional<double>> steal_shares(const BoardView& board,
                                                              std::span<const Interval> ranges);

// Which windows were undisturbed: steal in them at most `steal_max`, and strangers in less than a
// tenth of them.
[[nodiscard]] std::vector<bool> undisturbed(const BoardView& board, std::span<const Window> windows,
                                            std::span<const Assertion> assertions,
                                            double steal_max);

// Why the speeds of a whole range cannot be judged; empty when they can.
[[nodiscard]] std::string disturbance(const BoardView& board, const Interval& range,
                                      std::span<const Assertion> assertions, double steal_max);

}  // namespace soakrig::analysis
