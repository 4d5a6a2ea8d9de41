// SPDX-License-Identifier: Apache-2.0
//
// The figures of every phase of a board, workload by workload, with what later steps need of them
// (windows, steady state, conditions). The middle of the analysis: channels in, figures out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/analysis/episodes.hpp"
#include "results/analysis/judgement.hpp"
#include "results/analysis/speed_figures.hpp"

namespace soakrig::analysis {

struct WorkAnalysis {
  const WorkloadSpec* spec = nullptr;
  SpeedFigures speed;
  WorkFigures figures;
};

struct PhaseAnalysis {
  const PhaseSpec* spec = nullptr;
  Interval phase;
  std::optional<Interval> dwell;
  std::optional<double> measured_ambient;  // Cel, mean over the dwell
  std::optional<Nanos> steady;             // when steady state was accepted
  PhaseFigures figures;                    // without `work`: that is in `work` below
  std::vector<WorkAnalysis> work;

  [[nodiscard]] const WorkAnalysis* find(std::string_view workload) const;
};

// Every phase that began, in order. Pointers are into `run`.
[[nodiscard]] std::vector<PhaseAnalysis> analyse_phases(const RunView& run, const BoardView& board);

}  // namespace soakrig::analysis
