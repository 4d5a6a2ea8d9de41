// SPDX-License-Identifier: Apache-2.0
//
// How the update cycles of a run ended (the workload `cycle`), and what their number bounds. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/judgement.hpp"

namespace soakrig::analysis {

struct CycleCounts {
  std::uint64_t updated = 0, rolled_back = 0, stuck = 0, bricked = 0;
  std::uint64_t lost = 0;  // bricked, and no step brought it back
  [[nodiscard]] std::uint64_t all() const { return updated + rolled_back + stuck + bricked; }
};

// From the notes of the board's workloads; of every board where `board` is empty. A note that is
// none of a cycle counts for nothing.
[[nodiscard]] CycleCounts count_cycles(std::span<const Event> events, const std::string& board);

// bricked_share and stuck_share with their two-sided 95 % Clopper-Pearson bounds, each with what it
// does not prove. None without a cycle.
[[nodiscard]] std::vector<ReliabilityBound> cycle_bounds(const CycleCounts& counts);

}  // namespace soakrig::analysis
