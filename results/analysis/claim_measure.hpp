// SPDX-License-Identifier: Apache-2.0
//
// What a claim's name measures, and its figures in one phase: peak, sustained and the interval of
// sustained, in the claim's own unit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "results/analysis/claims.hpp"

namespace soakrig::analysis {

enum class MeasureKind { speed, gauge, power, energy, ambient };

struct ClaimMeasure {
  std::string_view name;  // "tops_" stands for all precisions
  bool at_least = true;   // else at most
  std::string_view unit;  // of the claimed value
  MeasureKind kind = MeasureKind::speed;
  std::string_view key;  // of the work or the gauge
  double scale = 1;      // claim unit per SI unit
};

// None for a name that this version does not know.
[[nodiscard]] const ClaimMeasure* find_measure(std::string_view claim);

struct Measured {
  std::optional<double> peak, sustained, lower, upper;
  std::string missing;      // why there is no figure; empty when there is one
  std::string no_interval;  // why there is a figure without an interval, if not for its one window
  std::string measured_at;  // of power and energy: the measuring point
  std::optional<double> accuracy;  // and the meter's, which is in the interval
};

// The channel that the figure is taken from.
[[nodiscard]] std::string channel_of(const ClaimMeasure& what, const WorkloadSpec& work);

// Over the windows of `work`, those of its sustained span for `sustained` and its interval: speed
// of the key; median of a gauge; mean power; energy of the board per work. Peak is the best window.
[[nodiscard]] Measured measure(const ClaimMeasure& what, const ClaimContext& context,
                               const PhaseAnalysis& phase, const WorkAnalysis& work);

}  // namespace soakrig::analysis
