// SPDX-License-Identifier: Apache-2.0
//
// Which channels of a run are drawn in which plot, with what lines across. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "dashboard/run/run_model.hpp"

namespace soakrig::dashboard {

// What a curve is made of: a channel as it is stored, a workload's speed, which is made of two
// totals, or a quantile of the histograms that a workload sends.
struct CurveSource {
  std::string board;    // "" = the rig
  std::string channel;  // as stored; of a speed the work's total
  std::string busy{};   // of a speed: the total of time spent; else empty
  std::string label;    // in the legend
  std::string unit;     // UCUM, of what is drawn
  bool steps = false;   // holds its value until it changes
  Provenance provenance = Provenance::measured;
  std::string series{};                // of a latency: "ttft", "latency"…, and which quantile of it
  std::optional<double> quantile{};    // 0.5 or 0.99
  [[nodiscard]] bool is_speed() const { return !busy.empty(); }
  [[nodiscard]] bool is_derived() const { return is_speed() || quantile.has_value(); }
  friend bool operator==(const CurveSource&, const CurveSource&) = default;
};

// A level or a stretch of one across a plot.
struct PlotLine {
  enum class Kind : std::uint8_t { limit, claim, peak, sustained } kind = Kind::limit;
  double value = 0;
  std::string label;
  std::optional<TimeRange> over;  // absent = the whole width
};

struct PlotSpec {
  std::string title;  // "soc.temperature"
  std::string unit;   // all curves' UCUM unit
  std::vector<CurveSource> curves;
  std::vector<PlotLine> lines;
  std::optional<double> min, max;  // of limits: what lies beyond is drawn as a breach
  std::string board{};             // whose stack it is in
};

// The stack that answers most questions about a board: speed of its workloads (and, where they have
// such, their latencies, failed requests, missed deadlines), temperatures, power, clock; limiters that
// ever asserted are seen as episodes.
[[nodiscard]] std::vector<PlotSpec> default_plots(const RunModel& run, const std::string& board);
// One plot of one channel. `name` is "channel", "speed of WORKLOAD", "latency of WORKLOAD" or "first
// token of WORKLOAD", each also with "BOARD:" before it.
[[nodiscard]] std::optional<PlotSpec> find_plot(const RunModel& run, std::string_view name);
// Every name that find_plot takes, in the run's order, each once.
[[nodiscard]] std::vector<std::string> plot_names(const RunModel& run);
// Best first: names that contain every word of `query`, at most `most`.
[[nodiscard]] std::vector<std::string> matching(std::span<const std::string> names,
                                                std::string_view query, std::size_t most);

}  // namespace soakrig::dashboard
