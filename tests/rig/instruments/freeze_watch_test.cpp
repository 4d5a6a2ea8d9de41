// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/freeze_watch.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using instruments::FreezeWatch;

TEST_CASE("a reading that stands still far from the set point is frozen after its patience") {
  FreezeWatch watch;
  CHECK_FALSE(watch.frozen(0, 25.0, 55.0));
  CHECK_FALSE(watch.frozen(FreezeWatch::kPatience - 1, 25.0, 55.0));
  CHECK(watch.frozen(FreezeWatch::kPatience, 25.0, 55.0));
  CHECK_FALSE(watch.frozen(FreezeWatch::kPatience + 1, 25.01, 55.0));
  CHECK_FALSE(watch.frozen(2 * FreezeWatch::kPatience, 25.01, 55.0));
}

TEST_CASE("at the set point, or without a reading, standing still is no news") {
  FreezeWatch watch;
  for (Nanos t = 0; t < 10 * FreezeWatch::kPatience; t += kSecond) {
    CHECK_FALSE(watch.frozen(t, 55.0, 55.5));
  }
  CHECK_FALSE(watch.frozen(0, std::nullopt, 55.0));
  CHECK_FALSE(watch.frozen(FreezeWatch::kPatience, std::nullopt, 55.0));
  // The patience begins anew when the set point moves away.
  CHECK_FALSE(watch.frozen(0, 55.0, 85.0));
}
