// SPDX-License-Identifier: Apache-2.0
//
// The phases of a sweep (rig/base/sweep_name.hpp) as the table that they are. Pure but for reading
// the channels of memory through the view.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/judgement.hpp"

namespace soakrig::analysis {

struct SweepRow {
  std::string phase;
  std::vector<std::string> values;  // of the sweep's settings, in their order
  std::optional<double> ambient;    // Cel
  WorkFigures work;                 // of the phase's primary workload; empty where it had none
  std::optional<double> memory;     // By, of that workload
};

struct Sweep {
  std::string name;
  std::vector<std::string> settings;
  std::vector<SweepRow> rows;  // in the order in which they ran
};

// Phases that are none of a sweep are in none; a phase whose settings are others than those of the
// sweep's first begins a sweep of its own.
[[nodiscard]] std::vector<Sweep> find_sweeps(const BoardView& board,
                                             std::span<const PhaseFigures> phases);
// Of the run's board of that name; none where the run does not know it.
[[nodiscard]] std::vector<Sweep> find_sweeps(const RunView& run, const BoardJudgement& board);

// By: the most that a workload's processes held in the dwell of a phase.
[[nodiscard]] std::optional<double> memory_held(const BoardView& board, const std::string& workload,
                                                const PhaseFigures& phase);

}  // namespace soakrig::analysis
