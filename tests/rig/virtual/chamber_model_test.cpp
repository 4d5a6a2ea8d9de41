// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/chamber_model.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace soakrig::virtual_bench;

namespace {
const ChamberParameters kDefault;
}

TEST_CASE("far from the set point the air moves at the fastest rate") {
  ChamberOrders orders;
  orders.set_point = 55.0;
  auto s = step(kDefault, initial_chamber(kDefault), orders, 5.0);
  CHECK(s.air == Approx(kDefault.room + 5.0 * kDefault.max_rate));
  CHECK(s.output == Approx(100.0));
  orders.set_point = -40.0;
  s = step(kDefault, initial_chamber(kDefault), orders, 5.0);
  CHECK(s.air == Approx(kDefault.room - 5.0 * kDefault.max_rate));
  CHECK(s.output == Approx(-100.0));
}

TEST_CASE("near the set point it is a first-order lag") {
  ChamberOrders orders;
  orders.set_point = kDefault.room + 1.0;  // within rate * lag
  const auto s = step(kDefault, initial_chamber(kDefault), orders, kDefault.lag);
  CHECK(s.air == Approx(orders.set_point - std::exp(-1.0)));
}

TEST_CASE("one long step equals many short ones, across the knee") {
  ChamberOrders orders;
  orders.set_point = 55.0;
  auto one = step(kDefault, initial_chamber(kDefault), orders, 17.0);
  auto many = initial_chamber(kDefault);
  for (int i = 0; i < 1700; ++i) many = step(kDefault, many, orders, 0.01);
  CHECK(one.air == Approx(many.air).epsilon(1e-6));
  CHECK(one.air < 55.0);
}

TEST_CASE("the controller's own ramp moves the working set point, and the air follows") {
  ChamberOrders orders;
  orders.set_point = 43.0;
  orders.ramp = 0.5;
  auto s = initial_chamber(kDefault);
  for (int i = 0; i < 200; ++i) s = step(kDefault, s, orders, 0.1);
  CHECK(s.working_set_point == Approx(33.0));
  CHECK(s.air == Approx(33.0).margin(0.6));
  for (int i = 0; i < 400; ++i) s = step(kDefault, s, orders, 0.1);
  CHECK(s.working_set_point == 43.0);
  CHECK(s.air == Approx(43.0).margin(0.01));
}

TEST_CASE("switched off it drifts to the room; humidity follows its own lag") {
  ChamberState s{80.0, 80.0, 45.0, 0};
  ChamberOrders orders;
  orders.conditioning = false;
  const auto off = step(kDefault, s, orders, kDefault.off_lag);
  CHECK(off.air == Approx(kDefault.room + (80.0 - kDefault.room) * std::exp(-1.0)));
  CHECK(off.output == 0.0);
  orders.conditioning = true;
  orders.set_point = 80.0;
  orders.humidity_set_point = 93.0;
  const auto on = step(kDefault, s, orders, kDefault.humidity_lag);
  CHECK(on.humidity == Approx(93.0 - 48.0 * std::exp(-1.0)));
}
