// SPDX-License-Identifier: Apache-2.0
//
// What bounds the loads of a board: each model against the bandwidth and the peak that `memory` and
// `gemm` sustained beside it, each product against the peak that the board's own words promise, and
// the clock that it reports against the one measured. Formulas: roofline.hpp. Pure.
//
//   theoretical peak = cores x the board's highest clock x operations a cycle of one core
//
// Operations a cycle are lanes x 2 (multiply and add) x 2 units: that a core has two units is an
// assumption (application cores have; small ones have one), so the words say it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/figures.hpp"
#include "results/analysis/judgement.hpp"
#include "results/analysis/roofline.hpp"
#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// A model in a phase. Its ceilings are the best sustained ones at the same ambient, else of the
// run; `beside` says in which phases.
struct LoadBound {
  std::string phase, workload;
  Load load;
  Ceilings ceilings;
  std::string beside;
  BoundResult result;
};

struct PeakCheck {
  std::string phase, workload, precision;
  std::optional<double> theoretical, measured;  // operations/s
  std::string words;
};

struct ClockCheck {
  std::string workload;  // whose ready line said it
  double measured_hz = 0;
  std::optional<double> reported_hz;  // absent: none, or not a measured one
  std::string words;
};

struct BoardBounds {
  Ceilings ceilings;  // the best of the run
  std::vector<LoadBound> loads;
  std::vector<PeakCheck> peaks;
  std::vector<ClockCheck> clocks;

  [[nodiscard]] const LoadBound* find(std::string_view phase, std::string_view workload) const;
};

[[nodiscard]] BoardBounds board_bounds(const RunView& run, const BoardView& board,
                                       std::span<const PhaseFigures> phases);

}  // namespace soakrig::analysis
