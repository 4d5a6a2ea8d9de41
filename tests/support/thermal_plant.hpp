// SPDX-License-Identifier: Apache-2.0
//
// A board's temperature as physics and its kernel's throttle make it, second by second, with every
// parameter known: what thermal fits and verdicts are held against. A two-term Foster network, a
// power that leaks more when hot, a trip point with hysteresis and steps of clock. Simulated.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "tests/support/plant.hpp"

namespace soakrig::test {

enum class Cooling { linear, convection, fan };

struct ThermalPlant {
  double r1 = 2, tau1 = 25;   // K/W, s: die to case
  double r2 = 6, tau2 = 900;  // case to air
  Cooling cooling = Cooling::linear;
  double power_w = 5.0;      // under load at full clock, at 25 Cel
  double leak_per_k = 0.02;  // W/K
  double trip = 85, hysteresis = 3;
  std::vector<double> speeds{1, 0.85, 0.7, 0.55, 0.4};  // of each clock step
  std::vector<double> powers{1, 0.78, 0.6, 0.46, 0.35};
};

// One value a second.
struct ThermalTrace {
  std::vector<double> temperature, power, speed, state, fan;
};

inline ThermalTrace simulate(const ThermalPlant& p, const OverTime& ambient, const OverTime& load,
                             double seconds) {
  ThermalTrace out;
  double x1 = 0, x2 = 0;
  std::size_t step = 0;
  const double a1 = std::exp(-1 / p.tau1), a2 = std::exp(-1 / p.tau2);
  for (double t = 0; t < seconds; t += 1) {
    const double die = ambient(t) + x1 + x2;
    if (static_cast<int>(t) % 2 == 0) {  // the kernel's step_wise governor, every other second
      if (die >= p.trip) step = std::min(step + 1, p.speeds.size() - 1);
      if (die < p.trip - p.hysteresis && step > 0) --step;
    }
    const double watts = load(t) * (p.power_w * p.powers[step] + p.leak_per_k * (die - 25)) + 0.8;
    double fan = 0, r2 = p.r2;
    if (p.cooling == Cooling::convection) r2 *= std::pow(std::max(x2, 1.0) / 30, -0.25);
    if (p.cooling == Cooling::fan) {
      fan = std::clamp((die - 55) / 15, 0.0, 1.0) * 255;  // ramps from 55 to 70 Cel
      r2 *= 1 - 0.5 * fan / 255;
    }
    out.temperature.push_back(die);
    out.power.push_back(watts);
    out.speed.push_back(p.speeds[step]);
    out.state.push_back(static_cast<double>(step));
    out.fan.push_back(fan);
    x1 = a1 * x1 + (1 - a1) * p.r1 * watts;
    x2 = a2 * x2 + (1 - a2) * r2 * watts;
  }
  return out;
}

inline OverTime from(const std::vector<double>& per_second) {
  return [per_second](double t) {
    const auto last = static_cast<double>(per_second.size() - 1);
    return per_second[static_cast<std::size_t>(std::clamp(t, 0.0, last))];
  };
}

// The channels that such a board has, in place of Plant::sensors.
inline Plant& add_thermal(Plant& plant, const ThermalTrace& trace, const OverTime& ambient) {
  const auto seconds = static_cast<double>(trace.temperature.size());
  return plant.channel("soc.temperature", "Cel", from(trace.temperature), 0, seconds)
      .channel("board.power", "W", from(trace.power), 0, seconds)
      .channel("limiter.thermal.cpu_state", "{state}", from(trace.state), 0, seconds)
      .channel("fan.pwm.state", "{state}", from(trace.fan), 0, seconds)
      .channel("cpu.frequency", "Hz", constant(2.4e9), 0, seconds)
      .channel("cpu.steal", "%", constant(0), 0, seconds)
      .channel("chamber.temperature", "Cel", ambient, 0, seconds);
}

}  // namespace soakrig::test
