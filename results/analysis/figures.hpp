// SPDX-License-Identifier: Apache-2.0
//
// The wider figures of a judgement: changes, drifts, power, the thermal model, derating,
// reliability. Plain data with the fields of `show --json` (docs/formats/show_json.md). A figure
// that could not be computed is absent, and a text beside it says why. Times are run time,
// durations seconds, temperatures Cel; intervals are two-sided, 95 %, unless a name says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// A level that changed for good: a step in a workload's speed (level_changes.hpp).
struct ChangePoint {
  std::string phase, workload, channel, unit;
  Nanos at = 0;
  double before = 0, after = 0;  // medians of the segments beside it
  double change = 0;             // after / before - 1
};

// A slow trend over the dwell (drift.hpp).
struct Drift {
  std::string quantity;  // "speed", "latency", "memory"
  std::string phase, workload, channel, unit;
  Interval over;
  double level = 0;                    // median
  double per_hour = 0;                 // Theil-Sen slope, unit/h
  std::optional<double> lower, upper;  // of per_hour
  std::string direction = "none";      // "rising", "falling", or "none": 0 is inside
  bool leak = false;                   // memory that grew to the end without levelling
};

// What a power reading means, and how sure it is (power.hpp).
struct PowerFigures {
  std::string channel;             // "board.power"
  std::string measuring_point;     // "wall", "dc-in", "rail", "unknown"
  std::string source;              // where it was read, as its probe or instrument says
  std::optional<double> accuracy;  // of reading, a ratio; absent = not known
  std::optional<double> mean_w, lower_w, upper_w;    // over the dwell; the meter's part only
  std::optional<double> energy_j, lower_j, upper_j;  // likewise
};

// Two-term Foster fit of one phase (thermal_fit.hpp).
struct ThermalFit {
  std::string phase;
  Interval over;
  std::string refused;                           // why nothing below may be used; empty = accepted
  std::optional<double> r1, tau1_s, r2, tau2_s;  // K/W, s
  std::optional<double> r_total;                 // K/W, of this build in this enclosure
  std::optional<double> rms, rise;               // K: residual; how far it warmed over ambient
  std::optional<double> ambient;                 // Cel, mean while fitting
  std::optional<double> power_w, power_per_k;    // P = power_w + power_per_k x T, unthrottled
  std::optional<double> trip, hysteresis;        // Cel, K
  std::string trip_from;                         // how the trip point is known
  std::optional<double> critical_ambient;        // above it the board throttles in the long run
  std::string critical_refused;                  // why there is none
  std::string note;                              // what the figure is of, and is not
};

struct DeratingPoint {
  double ambient = 0;    // Cel
  double sustained = 0;  // in the curve's unit
  std::optional<double> lower, upper;
  bool measured = false;  // else predicted
  std::string phase;      // of a measured one
};

// Sustained speed against ambient (derating.hpp).
struct Derating {
  std::string workload, unit;
  std::vector<DeratingPoint> points;  // by ambient
  std::string method;                 // how the points between were predicted
  std::optional<double> error;        // rms of leaving each inner step out, in the unit
  std::string refused;                // why nothing was predicted
};

// What the hours and failures of a run bound, and what they do not (reliability.hpp).
struct ReliabilityBound {
  std::string name;       // "mtbf_h", "success_run", "failing_share"
  double confidence = 0;  // one-sided for mtbf_h and success_run, two-sided for failing_share
  std::optional<double> lower, upper;
  std::string formula;
  std::string not_proven;  // what it does NOT prove
};
struct Reliability {
  double unit_hours = 0;
  std::uint64_t failures = 0, units = 0, failed_units = 0;
  std::vector<ReliabilityBound> bounds;
};

}  // namespace soakrig::analysis
