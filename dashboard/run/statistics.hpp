// SPDX-License-Identifier: Apache-2.0
//
// Statistics of a curve over a selected range. One pass in parts, so that a month needs no more
// memory than an hour. Pure but for the source it reads from.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dashboard/plot/time_axis.hpp"
#include "results/analysis/windows.hpp"
#include "results/store/model.hpp"

namespace soakrig::dashboard {

struct RangeStatistics {
  std::string label, unit;  // of the curve
  std::uint64_t n = 0;      // readings, or windows of a speed
  bool windows = false;
  double min = 0, max = 0, mean = 0;
  std::optional<double> deviation;          // sample standard deviation; needs two
  std::optional<double> p5, p50, p95, p99;  // see percentile_error
  double percentile_error = 0;              // how far off each may be; 0 = exact
  std::optional<double> slope_per_hour;     // least squares; needs two different times
  std::optional<double> integral;  // unit x s, each reading held to the next, gaps left out
  double coverage = 0;             // share of the range that a reading vouches for
  std::optional<Error> error;      // then nothing above
};

// Gives the rows of [from, to], inclusive.
using RowSource = std::function<Result<store::Series>(Nanos from, Nanos to)>;

// hold: how long a reading vouches for its channel (analysis::hold_time). Exact percentiles up to a
// million readings, beyond from a histogram of 4096 steps between min and max, which must be known.
[[nodiscard]] RangeStatistics range_statistics(const RowSource& rows, TimeRange range, Nanos hold,
                                               double min, double max,
                                               const std::function<bool()>& cancelled);

// Of a speed: n windows of whole work cycles, mean = all work / all busy time, sum = the work done.
// Windows must lie inside the range; each weighs the same in everything but the mean.
[[nodiscard]] RangeStatistics speed_statistics(std::span<const analysis::Window> windows,
                                               TimeRange range);

// As label and value lines, for the panel.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> lines_of(const RangeStatistics& s);

}  // namespace soakrig::dashboard
