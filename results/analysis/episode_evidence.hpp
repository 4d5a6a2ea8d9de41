// SPDX-License-Identifier: Apache-2.0
//
// The words of an episode: what it did to the speed, and the raw readings that say why. Each line
// names the channel, its first and last value and when, so that a reader can look for himself.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/analysis/episodes.hpp"

namespace soakrig::analysis {

// "chat at 0.62 of its baseline: 12.9 of 20.8 {token}/s" or "no effect on the speed of chat
// (1.00)".
[[nodiscard]] std::string describe_effect(const WorkloadTrace& trace, double ratio);

// Adds to each episode the assertions of its cause (the strongest first, at most 8 lines) and what
// temperature, clock, power and steal read in it.
void add_evidence(std::span<Episode> episodes, const BoardView& board,
                  std::span<const Assertion> assertions);

}  // namespace soakrig::analysis
