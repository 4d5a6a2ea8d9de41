// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/correction.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using instruments::Correction;

TEST_CASE("Without corrections what is shown is true") {
  CHECK(Correction().truth(55.0) == 55.0);
  CHECK(Correction().shown(55.0) == 55.0);
  CHECK(Correction::of(ChamberSpec{}).empty());
}

TEST_CASE("An offset is the same everywhere") {
  const Correction offset({{0, -0.4}});
  for (const double t : {-40.0, 0.0, 85.0}) {
    CHECK(offset.truth(t) == Approx(t - 0.4));
    CHECK(offset.shown(t) == Approx(t + 0.4));
  }
}

TEST_CASE("A table is straight between its rows and level beyond") {
  const Correction table({{-40, 0.3}, {25, 0.1}, {85, -0.6}});
  CHECK(table.truth(-40) == Approx(-39.7));
  CHECK(table.truth(-60) == Approx(-59.7));
  CHECK(table.truth(55) == Approx(55 - 0.25));
  CHECK(table.truth(85) == Approx(84.4));
  CHECK(table.truth(120) == Approx(119.4));
  for (double t = -70; t <= 130; t += 0.7) CHECK(table.shown(table.truth(t)) == Approx(t).margin(1e-9));
}
