// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/speed_figures.hpp"

#include <algorithm>

#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

SustainedSpan sustained_span(const Interval& dwell, std::optional<Nanos> steady) {
  const Nanos length = dwell.length();
  if (length < kHour) {
    return {{dwell.from + length / 2, dwell.to}, "the last half of a dwell below 1 h"};
  }
  const Nanos span = std::max(30 * kMinute, length / 5);
  const Nanos from = dwell.to - span;
  const std::string words = "the last " + format_duration(span) + " of the dwell";
  if (!steady) return {{from, dwell.to}, words + ", no steady state"};
  return {{std::max(from, *steady), dwell.to}, words + ", after steady state"};
}

SpeedFigures speed_figures(std::span<const Cycle> cycles, const Interval& dwell, Nanos window,
                           Nanos short_window) {
  SpeedFigures out;
  out.length = window_length(window, short_window, dwell.length());
  out.windows = tile(cycles, out.length);
  out.shortened = out.length < window || out.windows.size() < 2;
  const std::vector<double> all = speeds(out.windows);
  if (!all.empty()) out.peak = std::ranges::max(all);
  const std::vector<double> brief = speeds(tile(cycles, std::min(short_window, out.length)));
  if (!brief.empty()) out.peak_short = std::ranges::max(brief);
  if (all.size() >= 2 && *out.peak > 0) out.stability = std::ranges::min(all) / *out.peak;
  return out;
}

void add_sustained(SpeedFigures& figures, const Interval& dwell, std::optional<Nanos> steady) {
  if (figures.windows.empty()) return;
  const SustainedSpan span = sustained_span(dwell, steady);
  std::vector<Window> late = inside(figures.windows, span.over);
  if (late.empty()) late.push_back(figures.windows.back());
  const std::vector<double> values = speeds(late);
  figures.sustained = median(values);
  figures.p5 = quantile(values, 0.05);
  figures.sustained_over = Interval{late.front().when.from, late.back().when.to};
  figures.sustained_rule = span.rule;
  if (const auto bounds = median_bounds(values)) {
    figures.lower = bounds->lower;
    figures.upper = bounds->upper;
  }
}

}  // namespace soakrig::analysis
