// SPDX-License-Identifier: Apache-2.0
//
// Where a level changed for good. Works on means of a minute or so, never on raw samples: on those
// the same method calls a change every few seconds, since neighbours resemble each other.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace soakrig::analysis {

// First-order autoregressive noise around a level that may have steps.
struct Noise {
  double sigma = 0;  // standard deviation
  double r1 = 0;     // lag-1 autocorrelation, 0 to 0.95
};

// From differences over one and two values, which a step touches once or twice only: of an AR(1)
// series Var(x_i - x_{i-1}) = 2 s^2 (1 - r) and Var(x_i - x_{i-2}) = 2 s^2 (1 - r^2), so their
// ratio is 1 + r. The variances are 1.4826 times the median of the absolute differences, squared.
// Where r1 is taken from the series itself, a real step looks like correlation and hides itself.
[[nodiscard]] Noise noise_of(std::span<const double> values);

struct ChangeRules {
  std::size_t least_points = 5;  // of a segment
  double least_change = 0.01;    // of the level before; smaller ones do not matter to anybody
};

// The change points with the least sum of squares around the segments' means plus `penalty` a
// change, by PELT (Killick, Fearnhead, Eckley 2012): exact, and near linear where there are
// changes.
[[nodiscard]] std::vector<std::size_t> pelt(std::span<const double> values, double penalty,
                                            std::size_t least_points);

// Indices of the first value of each new level, ascending: PELT with a penalty of
// 2 s^2 ln n (1 + r1) / (1 - r1); the factor is what correlation takes from the number of
// independent values. Changes below least_change are taken back, the smallest first. At most 4096
// values are looked at; more are averaged in equal groups first.
[[nodiscard]] std::vector<std::size_t> change_points(std::span<const double> values,
                                                     const ChangeRules& rules = {});

// The medians of the segments between the change points: one more than there are of those.
[[nodiscard]] std::vector<double> segment_levels(std::span<const double> values,
                                                 std::span<const std::size_t> changes);

// How a dwell went, by its segments (Barrett et al., OOPSLA 2017): "flat" (no change),
// "no-steady-state" (a change in the last quarter), "warm-up" (the last segment is the fastest,
// within least_change), else "slow-down". Empty below four times least_points values.
[[nodiscard]] std::string_view shape_of(std::span<const double> values,
                                        std::span<const std::size_t> changes,
                                        const ChangeRules& rules = {});

}  // namespace soakrig::analysis
