// SPDX-License-Identifier: Apache-2.0
//
// The stability rule: worst / best window of each phase and workload against stability_min. Speeds
// measured while others had the machine count for nothing, in either direction.
#pragma once

#include <span>
#include <vector>

#include "results/analysis/findings.hpp"
#include "results/analysis/phase_analysis.hpp"

namespace soakrig::analysis {

// False for work whose pace is not the board's own: update cycles take as long as their faults make
// them, questions about quality as long as the load beside them leaves. No rule on speed judges it,
// and it gives no baseline for throttling.
[[nodiscard]] bool has_own_pace(const WorkloadSpec& workload);

// One finding for each workload of each phase that began its dwell. Inconclusive when the dwell
// cannot hold two windows, when steal or strangers disturbed the phase as a whole, or when the
// undisturbed windows alone would have passed.
[[nodiscard]] std::vector<Finding> judge_stability(const RunView& run, const BoardView& board,
                                                   std::span<const PhaseAnalysis> phases,
                                                   std::span<const Assertion> assertions);

}  // namespace soakrig::analysis
