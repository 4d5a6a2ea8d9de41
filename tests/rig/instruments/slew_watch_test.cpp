// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/slew_watch.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using instruments::SlewWatch;

namespace {
constexpr double kMost = 0.5;  // K/s
}

TEST_CASE("a reading that moves as air can is believed, also at the limit") {
  SlewWatch watch(kMost);
  double air = 23.0;
  CHECK_FALSE(watch.jumped(0, air));
  for (Nanos t = kSecond; t < 100 * kSecond; t += kSecond) {
    air += SlewWatch::kNoise + kMost;
    CHECK_FALSE(watch.jumped(t, air));
  }
}

TEST_CASE("one wild reading is not believed, and what follows it is") {
  SlewWatch watch(kMost);
  CHECK_FALSE(watch.jumped(0, 23.0));
  CHECK(watch.jumped(kSecond, 850.0) == 827.0);  // a broken sensor, read at the end of its range
  CHECK(watch.jumped(2 * kSecond, -200.0) == -223.0);
  CHECK_FALSE(watch.jumped(3 * kSecond, 23.5));
}

TEST_CASE("a step that lasts is believed once the air could have made it") {
  SlewWatch watch(kMost);
  CHECK_FALSE(watch.jumped(0, 25.0));
  // The set point read in the temperature's place follows an order at once.
  Nanos t = kSecond;
  while (watch.jumped(t, 85.0)) t += kSecond;
  CHECK(t == 116 * kSecond);  // (60 - 2) / 0.5
}

TEST_CASE("without a reading nothing jumps, and the time without one counts") {
  SlewWatch watch(kMost);
  CHECK_FALSE(watch.jumped(0, std::nullopt));
  CHECK_FALSE(watch.jumped(kSecond, 80.0));  // the first one: there is nothing to hold it against
  CHECK_FALSE(watch.jumped(2 * kSecond, std::nullopt));
  CHECK_FALSE(watch.jumped(61 * kSecond, 50.0));
}
