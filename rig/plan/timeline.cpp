// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/timeline.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::plan {

Timeline make_timeline(const RunSpec& spec) {
  Timeline out;
  double air = spec.chamber && spec.chamber->safe_temperature ? *spec.chamber->safe_temperature
                                                              : kRoomTemperature;
  const bool simulated = spec.chamber && spec.chamber->connect.starts_with("virtual");
  const double own_rate = simulated ? kVirtualRamp : kChamberRamp;
  for (const PhaseSpec& phase : spec.phases) {
    if (phase.search && phase.search->back) continue;  // in place of rungs, if at all
    PlannedPhase planned{};
    planned.name = phase.name;
    planned.start = out.total;
    planned.dwell = phase.soak;
    planned.ambient = phase.ambient;
    planned.humidity = phase.humidity;
    planned.work = phase.work;
    planned.reference = phase.reference;
    if (phase.ambient) {
      planned.ramp_assumed = !phase.ramp_k_per_s;
      const double rate = phase.ramp_k_per_s.value_or(own_rate);
      // It counts as there once it is in tolerance.
      const double way = std::max(0.0, std::abs(*phase.ambient - air) - phase.tolerance);
      planned.ramp = from_seconds(std::min(way / rate, 1e8));
      air = *phase.ambient;
    }
    // Loaded, the boards are at their own temperature only after this.
    planned.settle = phase.settle.board_over;
    out.total = planned.end();
    out.phases.push_back(std::move(planned));
  }
  return out;
}

DiskForecast forecast_disk(const RunSpec& spec, Nanos duration, int channels_per_board) {
  DiskForecast out;
  const auto boards = static_cast<int>(spec.boards.size());
  out.channels = boards * channels_per_board;
  out.rate_hz = spec.sample > 0 ? 1.0 / to_seconds(spec.sample) : 0;
  const double bytes =
      out.channels * out.rate_hz * to_seconds(duration) * out.bytes_per_sample;
  out.bytes = kFixedBytes + static_cast<std::int64_t>(std::min(bytes, 9e17));
  return out;
}

}  // namespace soakrig::plan
