// SPDX-License-Identifier: Apache-2.0
//
// When a board has settled: five consecutive stretches of time in which neither speed nor
// temperature still moves (the shape of SNIA's steady state, with our limits; facts: steady state).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "results/analysis/windows.hpp"

namespace soakrig::analysis {

struct SteadyInput {
  Interval dwell;
  Nanos step = 5 * kMinute;                        // length of one stretch
  std::span<const Window> windows;                 // of the primary work
  std::vector<std::optional<double>> temperature;  // mean of each step, Cel; empty = not readable
  std::optional<double> ambient;                   // Cel; absent = the coolest step stands in
};

// Steps of a dwell: 5 min, or a tenth of a dwell below 50 min, but not below `window`.
[[nodiscard]] Nanos steady_step(const Interval& dwell, Nanos window);

// Begin of the first five steps of which each has a speed, with: range of speed <= 2 % and drift
// (slope over the five) <= 1 % of their mean; and, where the temperature is readable, its range
// <= max(2 % of the rise over ambient, 1 K) and its drift <= max(1 % of the rise, 0.5 K). The
// floors are what a sensor of 1 K resolution cannot see. None: it never settled.
[[nodiscard]] std::optional<Nanos> steady_since(const SteadyInput& input);

}  // namespace soakrig::analysis
