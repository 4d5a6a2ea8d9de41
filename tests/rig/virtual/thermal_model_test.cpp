// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/thermal_model.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace soakrig::virtual_bench;

namespace {

// No leakage and a trip that is never reached: a linear network, solvable by hand.
ThermalParameters linear() {
  ThermalParameters p;
  p.leakage_power = 0;
  p.trip = 1000;
  return p;
}

}  // namespace

TEST_CASE("the steady state is ambient plus power times resistance") {
  const auto p = linear();
  const auto end = steady_temperatures(p, 25.0, 1.0, 0);
  CHECK(end[0] == Approx(25.0 + 7.5 * 6.5).epsilon(1e-9));
  CHECK(end[1] == Approx(25.0 + 7.5 * 4.5).epsilon(1e-9));
  const auto settled = step(p, initial_state(p, 25.0, false), 25.0, 1.0, 1000.0);
  CHECK(settled.die == Approx(end[0]).epsilon(1e-9));
  CHECK(settled.sink == Approx(end[1]).epsilon(1e-9));
  CHECK(settled.power == Approx(7.5));
}

TEST_CASE("with the sink held, the die follows one time constant exactly") {
  auto p = linear();
  p.sink_capacity = 1e12;
  auto s = initial_state(p, 25.0, false);
  const double tau = p.die_resistance * p.die_capacity;
  s = step(p, s, 25.0, 1.0, tau);
  CHECK(s.die == Approx(25.0 + 7.5 * p.die_resistance * (1.0 - std::exp(-1.0))).epsilon(1e-6));
}

TEST_CASE("with a die of no mass, the sink follows the other one exactly") {
  auto p = linear();
  p.die_capacity = 1e-6;
  auto s = initial_state(p, 25.0, false);
  const double tau = p.sink_resistance * p.sink_capacity;
  s = step(p, s, 25.0, 1.0, tau);
  CHECK(s.sink == Approx(25.0 + 7.5 * p.sink_resistance * (1.0 - std::exp(-1.0))).epsilon(1e-4));
}

TEST_CASE("one long step equals many short ones") {
  const auto p = linear();
  auto one = initial_state(p, 25.0, true), many = one;
  one = step(p, one, 40.0, 0.7, 10.0);
  for (int i = 0; i < 1000; ++i) many = step(p, many, 40.0, 0.7, 0.01);
  CHECK(one.die == Approx(many.die).epsilon(1e-9));
  CHECK(one.sink == Approx(many.sink).epsilon(1e-9));
}

TEST_CASE("the governor steps down at the trip, up below the hysteresis, and holds between") {
  const ThermalParameters p;
  CHECK(next_cooling(p, 0, p.trip) == 1);
  CHECK(next_cooling(p, 0, p.trip - 1e-9) == 0);
  CHECK(next_cooling(p, 3, p.trip - p.hysteresis) == 3);
  CHECK(next_cooling(p, 3, p.trip - p.hysteresis - 1e-9) == 2);
  CHECK(next_cooling(p, p.clocks.size() - 1, 200.0) == p.clocks.size() - 1);
  CHECK(next_cooling(p, 0, -50.0) == 0);
}

TEST_CASE("the governor decides on its grid, however the time is cut") {
  ThermalParameters p;
  p.trip = 0;  // always too hot: one state a period
  auto s = initial_state(p, 25.0, false);
  s = step(p, s, 25.0, 1.0, p.governor_period * 0.9);
  CHECK(s.cooling == 0);
  s = step(p, s, 25.0, 1.0, p.governor_period * 0.2);
  CHECK(s.cooling == 1);
  s = step(p, s, 25.0, 1.0, p.governor_period * 3);
  CHECK(s.cooling == 4);
}

TEST_CASE("power falls with the clock's power law and rises with leakage") {
  ThermalParameters p;
  ThermalState s;
  s.die = p.leakage_reference;
  CHECK(power_of(p, s, 1.0) == Approx(p.idle_power + p.load_power + p.leakage_power));
  CHECK(power_of(p, s, 0.0) == Approx(p.idle_power + p.leakage_power));
  CHECK(power_of(p, s, 7.0) == Approx(power_of(p, s, 1.0)));
  s.cooling = p.clocks.size() - 1;
  CHECK(power_of(p, s, 1.0) ==
        Approx(p.idle_power + p.leakage_power +
               p.load_power * std::pow(p.clocks.back() / p.clocks.front(), p.clock_exponent)));
  s.cooling = 0;
  s.die += p.leakage_e_fold;
  CHECK(power_of(p, s, 0.0) == Approx(p.idle_power + p.leakage_power * std::exp(1.0)));
}

TEST_CASE("at 25 Cel the default board never throttles, however long it is loaded") {
  const ThermalParameters p;
  CHECK(steady_temperatures(p, 25.0, 1.0, 0)[0] < p.trip - 5.0);
  auto s = initial_state(p, 25.0, true);
  for (int i = 0; i < 36000; ++i) {
    s = step(p, s, 25.0, 1.0, 0.1);
    if (s.cooling != 0) FAIL("throttled after " << i << " steps");
  }
}

TEST_CASE("at 55 Cel it throttles within 20 s and settles at 55 to 75 % of the speed") {
  const ThermalParameters p;
  auto s = initial_state(p, 55.0, true);
  double crossed = 0, speed = 0;
  for (int i = 1; i <= 750; ++i) {
    s = step(p, s, 55.0, 1.0, 0.1);
    if (s.cooling > 0 && crossed == 0) crossed = i * 0.1;
    if (i > 375) speed += speed_ratio(p, s) / 375.0;
    CHECK(s.die < p.trip + 3.0);
  }
  CHECK(crossed > 3.0);
  CHECK(crossed < 20.0);
  CHECK(speed > 0.55);
  CHECK(speed < 0.75);
}

TEST_CASE("runaway leakage has no steady state") {
  ThermalParameters p;
  p.leakage_power = 5;
  CHECK(std::isinf(steady_temperatures(p, 55.0, 1.0, 0)[0]));
}
