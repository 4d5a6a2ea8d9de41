// SPDX-License-Identifier: Apache-2.0
#include "rig/control/dew_point.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::control;

TEST_CASE("The dew point is that of the tables") {
  // Saturated air is at its dew point; the others are from the psychrometric tables in use.
  CHECK(dew_point(25.0, 100.0).value() == Approx(25.0).margin(1e-9));
  CHECK(dew_point(20.0, 50.0).value() == Approx(9.3).margin(0.1));
  CHECK(dew_point(40.0, 93.0).value() == Approx(38.6).margin(0.2));
  CHECK(dew_point(0.0, 50.0).value() < 0.0);
  for (const double impossible : {0.0, -1.0, 100.1}) CHECK_FALSE(dew_point(20.0, impossible));
}

TEST_CASE("Humidity waits for a board that is colder than the dew point and a margin") {
  CHECK_FALSE(stays_dry(40.0, 93.0, 25.0));
  CHECK_FALSE(stays_dry(40.0, 93.0, 40.0));  // above the dew point, within the margin
  CHECK(stays_dry(40.0, 93.0, 45.0));
  CHECK(stays_dry(40.0, 30.0, 30.0));
  CHECK(stays_dry(40.0, 0.0, -40.0));  // nothing that could condense
}
