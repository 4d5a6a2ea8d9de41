// SPDX-License-Identifier: Apache-2.0
//
// Trends over the dwell of each phase: a workload's speed and latencies after steady state, and
// memory; and the memory that leaks. From means of a minute, never from raw samples.
#pragma once

#include <span>
#include <vector>

#include "results/analysis/phase_analysis.hpp"

namespace soakrig::analysis {

// Of each phase: speed ("work.NAME.KEY") and latencies (each gauge that is a time) of each
// workload, its memory ("work.NAME.memory": what belongs to it alone, since resident pages of files
// hide a leak), and the board's memory beyond that of its workloads and the agent ("memory.used").
// Memory counts from a tenth of the dwell on, of its longest time without a fall of a fifth (a
// restart). It leaks where it grows without end (trend.hpp) by at least 2 % of its level and 4 MiB
// (the board's own: 64 MiB). A quantity with fewer than ten means has no drift.
[[nodiscard]] std::vector<Drift> find_drifts(const BoardView& board,
                                             std::span<const PhaseAnalysis> phases);

// An incident of class memory-leak for each drift that leaks, but for those of workloads of which
// `known` tells already. Blame unknown: the program, the runtime below it or a driver may be at
// fault, and figures alone do not tell which.
[[nodiscard]] std::vector<Incident> leak_incidents(std::span<const Drift> drifts,
                                                   std::span<const Incident> known);

}  // namespace soakrig::analysis
