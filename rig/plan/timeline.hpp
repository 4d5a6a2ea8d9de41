// SPDX-License-Identifier: Apache-2.0
//
// When what happens, as far as it can be known beforehand: the timed plan, the duration and the
// disk that a run will take. Pure. A ramp is an estimate (a chamber may be slower than asked, a
// heavy load slower still); a dwell is exact, since it counts only time in tolerance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/run_spec.hpp"

namespace soakrig::plan {

// Used where the profile does not say.
inline constexpr double kRoomTemperature = 23.0;       // Cel, where the first ramp starts
inline constexpr double kChamberRamp = 2.0 / 60.0;     // K/s, a common bench-top chamber
inline constexpr double kVirtualRamp = 2.0;            // K/s, the virtual one
inline constexpr int kChannelsPerBoard = 100;          // at the sample rate
inline constexpr double kBytesPerSample = 1.75;        // sealed; docs/formats/soak_file.md
inline constexpr std::int64_t kFixedBytes = 1 << 20;   // schema, journal, events, facts

struct PlannedPhase {
  std::string name;
  Nanos start = 0;                 // from the run's start
  Nanos ramp = 0;                  // estimate
  bool ramp_assumed = false;       // by kChamberRamp, the profile gives no rate
  Nanos settle = 0;                // of the boards, at least
  Nanos dwell = 0;
  std::optional<double> ambient;   // Cel
  std::optional<double> humidity;  // %
  std::vector<std::string> work;
  bool reference = false;

  [[nodiscard]] Nanos end() const { return start + ramp + settle + dwell; }
};

struct Timeline {
  std::vector<PlannedPhase> phases;
  Nanos total = 0;
};

[[nodiscard]] Timeline make_timeline(const RunSpec& spec);

struct DiskForecast {
  int channels = 0;            // all boards together
  double rate_hz = 0;          // rows a second
  double bytes_per_sample = kBytesPerSample;
  std::int64_t bytes = 0;      // of the sealed file
};

// channels_per_board: what is known of the boards, else kChannelsPerBoard.
[[nodiscard]] DiskForecast forecast_disk(const RunSpec& spec, Nanos duration,
                                         int channels_per_board = kChannelsPerBoard);

}  // namespace soakrig::plan
