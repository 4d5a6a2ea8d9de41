// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/power.hpp"

#include <algorithm>

#include "results/analysis/series.hpp"
#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

namespace {

const InstrumentSpec* meter_of(const RunSpec& spec, const std::string& board,
                               const std::string& source) {
  const InstrumentSpec* first = nullptr;
  for (const InstrumentSpec& i : spec.instruments) {
    if (i.board != board) continue;
    if (!i.connect.empty() && source.find(i.connect) != std::string::npos) return &i;
    if (first == nullptr || (!first->accuracy && i.accuracy)) first = &i;
  }
  return first;
}

}  // namespace

std::optional<Meter> find_meter(const RunView& run, const BoardView& board) {
  const ChannelView* channel = run.find(board, "board.power");
  if (channel == nullptr) return std::nullopt;
  Meter out{channel, "unknown", channel->info.source, std::nullopt};
  if (out.source.starts_with("/")) {
    out.measuring_point = out.source.find("powercap") == std::string::npos ? "dc-in" : "rail";
    return out;
  }
  if (const InstrumentSpec* instrument = meter_of(run.spec, board.name, out.source)) {
    out.accuracy = instrument->accuracy;
    if (!instrument->measures.empty()) out.measuring_point = instrument->measures;
  }
  return out;
}

PowerFigures power_over(const Meter& meter, const Interval& dwell, double least_valid) {
  PowerFigures out;
  out.channel = meter.channel->info.name;
  out.measuring_point = meter.measuring_point;
  out.source = meter.source;
  out.accuracy = meter.accuracy;
  out.energy_j = integrate(*meter.channel, dwell, least_valid);
  if (!out.energy_j || dwell.length() == 0) return out;
  out.mean_w = *out.energy_j / to_seconds(dwell.length());
  if (!meter.accuracy) return out;
  const double less = 1 - *meter.accuracy, more = 1 + *meter.accuracy;
  out.lower_w = *out.mean_w * less;
  out.upper_w = *out.mean_w * more;
  out.lower_j = *out.energy_j * less;
  out.upper_j = *out.energy_j * more;
  return out;
}

WorkEnergy work_energy(const Meter& meter, std::span<const Window> windows, double least_valid) {
  WorkEnergy out;
  if (windows.empty()) return out;
  const Interval over{windows.front().when.from, windows.back().when.to};
  const auto joules = integrate(*meter.channel, over, least_valid);
  if (!joules || over.length() == 0) return out;
  out.power_w = *joules / to_seconds(over.length());
  double done = 0;
  std::vector<Interval> ranges;
  for (const Window& w : windows) {
    done += w.work;
    ranges.push_back(w.when);
  }
  if (done <= 0) return out;
  out.j_per_work = *joules / done;
  if (!meter.accuracy) return out;
  const auto means = summarise_each(*meter.channel, ranges);
  std::vector<double> each;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!means[i] || windows[i].work <= 0) continue;
    each.push_back(means[i]->mean * to_seconds(ranges[i].length()) / windows[i].work);
  }
  const auto bounds = median_bounds(each);
  if (!bounds) return out;
  const double half = (bounds->upper - bounds->lower) / 2;
  out.lower = (*out.j_per_work - half) * (1 - *meter.accuracy);
  out.upper = (*out.j_per_work + half) * (1 + *meter.accuracy);
  return out;
}

}  // namespace soakrig::analysis
