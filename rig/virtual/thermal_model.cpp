// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/thermal_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace soakrig::virtual_bench {
namespace {

double leakage(const ThermalParameters& p, double die) {
  // Capped where the exponential would leave what any board survives.
  return p.leakage_power * std::exp(std::min(5.0, (die - p.leakage_reference) / p.leakage_e_fold));
}

double power_at(const ThermalParameters& p, double die, double utilisation, std::size_t cooling) {
  const double ratio = p.clocks[cooling] / p.clocks.front();
  return p.idle_power +
         p.load_power * std::clamp(utilisation, 0.0, 1.0) * std::pow(ratio, p.clock_exponent) +
         leakage(p, die);
}

// The network x' = A x + b at constant power, solved exactly: x(t) = x_end + e^(At) (x - x_end),
// with e^(At) = e^(mt) (cosh(qt) I + sinh(qt)/q (A - m I)). The eigenvalues m +- q of an RC network
// are real and negative.
void relax(const ThermalParameters& p, ThermalState& s, double ambient, double power, double dt) {
  const double a11 = -1.0 / (p.die_resistance * p.die_capacity);
  const double a12 = -a11;
  const double a21 = 1.0 / (p.die_resistance * p.sink_capacity);
  const double a22 = -a21 - 1.0 / (p.sink_resistance * p.sink_capacity);
  const double sink_end = ambient + power * p.sink_resistance;
  const double die_end = sink_end + power * p.die_resistance;
  const double x = s.die - die_end;
  const double y = s.sink - sink_end;
  const double m = (a11 + a22) / 2;
  const double q = std::sqrt(std::max(1e-18, m * m - (a11 * a22 - a12 * a21)));
  // Both exponents are negative, so neither term can overflow however long the step is.
  const double slow = std::exp((m + q) * dt), fast = std::exp((m - q) * dt);
  const double c = (slow + fast) / 2, k = (slow - fast) / (2 * q);
  s.die = die_end + c * x + k * ((a11 - m) * x + a12 * y);
  s.sink = sink_end + c * y + k * (a21 * x + (a22 - m) * y);
}

}  // namespace

ThermalState initial_state(const ThermalParameters& p, double ambient, bool settled) {
  ThermalState s;
  s.die = s.sink = ambient;
  if (settled) {
    const auto end = steady_temperatures(p, ambient, 0.0, 0);
    s.die = end[0];
    s.sink = end[1];
  }
  s.until_decision = p.governor_period;
  s.power = power_of(p, s, 0.0);
  return s;
}

double power_of(const ThermalParameters& p, const ThermalState& s, double utilisation) {
  return power_at(p, s.die, utilisation, s.cooling);
}

std::size_t next_cooling(const ThermalParameters& p, std::size_t cooling, double die) {
  if (die >= p.trip) return std::min(cooling + 1, p.clocks.size() - 1);
  if (die < p.trip - p.hysteresis && cooling > 0) return cooling - 1;
  return cooling;
}

ThermalState step(const ThermalParameters& p, const ThermalState& s, double ambient,
                  double utilisation, double dt) {
  ThermalState next = s;
  double left = dt;
  while (left > 0) {
    const double part = std::min(left, std::max(next.until_decision, 1e-9));
    next.power = power_of(p, next, utilisation);
    relax(p, next, ambient, next.power, part);
    left -= part;
    next.until_decision -= part;
    if (next.until_decision <= 1e-9) {
      next.cooling = next_cooling(p, next.cooling, next.die);
      next.until_decision = p.governor_period;
    }
  }
  return next;
}

double speed_ratio(const ThermalParameters& p, const ThermalState& s) {
  return p.clocks[s.cooling] / p.clocks.front();
}

std::array<double, 2> steady_temperatures(const ThermalParameters& p, double ambient,
                                          double utilisation, std::size_t cooling) {
  const double resistance = p.die_resistance + p.sink_resistance;
  double die = ambient;
  // Fixed point of die = ambient + R * P(die): rises to the lower of its solutions, if there is
  // one.
  for (int i = 0; i < 10'000; ++i) {
    const double next = ambient + resistance * power_at(p, die, utilisation, cooling);
    if (next > 1000.0) break;
    if (std::abs(next - die) < 1e-12 * std::abs(next)) {
      const double power = (next - ambient) / resistance;
      return {next, ambient + power * p.sink_resistance};
    }
    die = next;
  }
  return {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
}

}  // namespace soakrig::virtual_bench
