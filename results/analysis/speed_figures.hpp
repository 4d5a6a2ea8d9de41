// SPDX-License-Identifier: Apache-2.0
//
// The speed figures of one kind of work in one phase, from its windows (docs/definitions.md):
// peak, sustained, p5, the interval of sustained, stability. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/windows.hpp"

namespace soakrig::analysis {

struct SpeedFigures {
  std::vector<Window> windows;  // of the dwell, of `length` each
  Nanos length = 0;
  bool shortened = false;              // the dwell cannot hold two windows of the profile's length
  std::optional<double> peak;          // speed of the best window
  std::optional<double> peak_short;    // speed of the best short window
  std::optional<double> sustained;     // median speed of the windows in sustained_over
  std::optional<double> p5;            // their 5th percentile
  std::optional<double> lower, upper;  // 95 % interval of sustained
  std::optional<double> stability;     // worst / best window; needs two
  std::optional<Interval> sustained_over;
  std::string sustained_rule;
};

// Where sustained is taken: the last max(30 min, 20 %) of the dwell, not before `steady` (run time,
// if it was accepted); of a dwell below an hour the last half. The words say which.
struct SustainedSpan {
  Interval over;
  std::string rule;
};
[[nodiscard]] SustainedSpan sustained_span(const Interval& dwell, std::optional<Nanos> steady);

// Peak, peak_short and stability of a dwell's cycles.
[[nodiscard]] SpeedFigures speed_figures(std::span<const Cycle> cycles, const Interval& dwell,
                                         Nanos window, Nanos short_window);

// Adds sustained, p5 and the interval. Where no whole window lies in the span the last one counts.
void add_sustained(SpeedFigures& figures, const Interval& dwell, std::optional<Nanos> steady);

}  // namespace soakrig::analysis
