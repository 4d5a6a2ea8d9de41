// SPDX-License-Identifier: Apache-2.0
//
// What a run is compared with: itself. The run's peak, each workload's baseline over the phases,
// and how long it took until a board was held back.
#pragma once

#include <span>
#include <vector>

#include "results/analysis/phase_analysis.hpp"

namespace soakrig::analysis {

// Retention against the run's peak: the best window of the reference phase, else of the first ten
// minutes of the first phase that runs the workload.
void add_retention(std::vector<PhaseAnalysis>& phases);

// Each workload of each phase against its baseline: that of the reference phase, else of the first
// phase, that runs the same set of workloads; there of its first ten minutes (of all its dwell if
// it is the reference), leaving out windows in which the hardware asserted a limiter, if any
// remain.
[[nodiscard]] std::vector<WorkloadTrace> trace_workloads(const RunView& run, const BoardView& board,
                                                         const std::vector<PhaseAnalysis>& phases,
                                                         std::span<const Assertion> assertions);

// From a dwell's begin to the first episode in it that throttled the workload: not contention, and
// not the workload's own doing.
void add_time_to_throttle(std::vector<PhaseAnalysis>& phases, std::span<const Episode> episodes);

}  // namespace soakrig::analysis
