// SPDX-License-Identifier: Apache-2.0
//
// The virtual board's heat: two thermal masses in a row (die and heat sink) above the ambient,
// power from idle, load and temperature-driven leakage, and a governor that steps the clock down at
// the trip point and up again below the hysteresis. Pure: state in, state out, exact in time (the
// step uses the solution of the linear network, not Euler), so tests state figures, not tolerances.
// Equations and parameters: docs/virtual_bench.md.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace soakrig::virtual_bench {

struct ThermalParameters {
  // R in K/W, C in J/K; tau = R * C in seconds: short, so that a soak of minutes shows what a real
  // board does in an hour.
  double die_resistance = 2.0, die_capacity = 1.0;
  double sink_resistance = 4.5, sink_capacity = 4.0;
  double idle_power = 1.7;               // W
  double load_power = 5.8;               // W at full clock, all cores busy
  double clock_exponent = 2.2;           // load power ~ (f / f_max)^this
  double leakage_power = 0.4;            // W at leakage_reference
  double leakage_reference = 60.0;       // Cel
  double leakage_e_fold = 35.0;          // K for a factor e
  double trip = 85.0, hysteresis = 3.0;  // Cel, K: passive trip point
  double critical = 110.0;               // Cel, shown as a trip point, never reached
  double governor_period = 0.5;          // s between decisions
  // Hz, falling: one DVFS step for each cooling state.
  std::vector<double> clocks = {2.4e9, 2.2e9, 2.0e9, 1.8e9, 1.6e9, 1.4e9, 1.2e9, 1.0e9};
};

struct ThermalState {
  double die = 25.0, sink = 25.0;  // Cel
  std::size_t cooling = 0;         // index into clocks: 0 = unthrottled
  double until_decision = 0;       // s; 0 decides at once
  double power = 0;                // W, of the last step
};

// Both masses at `ambient`, or settled at idle power where `settled`.
[[nodiscard]] ThermalState initial_state(const ThermalParameters& p, double ambient, bool settled);

// Electrical power now. `utilisation` 0 to 1: the share of the board's cores that is busy.
[[nodiscard]] double power_of(const ThermalParameters& p, const ThermalState& s,
                              double utilisation);

// One step of dt seconds with ambient and utilisation constant; the governor decides on its grid.
[[nodiscard]] ThermalState step(const ThermalParameters& p, const ThermalState& s, double ambient,
                                double utilisation, double dt);

// The governor alone: the cooling state that follows `cooling` at this die temperature.
[[nodiscard]] std::size_t next_cooling(const ThermalParameters& p, std::size_t cooling, double die);

// Clock over its maximum in this state: what the throttle makes of the workload's speed.
[[nodiscard]] double speed_ratio(const ThermalParameters& p, const ThermalState& s);

// Where both masses end at constant input in one cooling state (die, sink), leakage included;
// infinite where leakage runs away.
[[nodiscard]] std::array<double, 2> steady_temperatures(const ThermalParameters& p, double ambient,
                                                        double utilisation, std::size_t cooling);

}  // namespace soakrig::virtual_bench
