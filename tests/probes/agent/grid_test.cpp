// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/grid.hpp"

#include "tests/support/catch.hpp"

using soakrig::kMillisecond;
using soakrig::kSecond;
using soakrig::agent::Grid;

TEST_CASE("points stay on the grid however late they are taken") {
  Grid grid(1000 * kMillisecond, 100 * kMillisecond);
  CHECK_FALSE(grid.take(999 * kMillisecond));
  const auto first = grid.take(1003 * kMillisecond);
  REQUIRE(first);
  CHECK(first->scheduled == 1000 * kMillisecond);
  CHECK(first->missed == 0);
  CHECK_FALSE(grid.take(1003 * kMillisecond));
  // Late by less than a period: nothing is missed, and the next point does not shift.
  const auto second = grid.take(1199 * kMillisecond);
  REQUIRE(second);
  CHECK(second->scheduled == 1100 * kMillisecond);
  CHECK(second->missed == 0);
  CHECK(grid.next() == 1200 * kMillisecond);
}

TEST_CASE("points slept through are counted, not made up") {
  Grid grid(0, 100 * kMillisecond);
  REQUIRE(grid.take(0));
  const auto after = grid.take(350 * kMillisecond);
  REQUIRE(after);
  CHECK(after->scheduled == 300 * kMillisecond);
  CHECK(after->missed == 2);
  // A night of suspend costs one division, and the grid is the same grid.
  const auto resumed = grid.take(36'000 * kSecond + 1);
  REQUIRE(resumed);
  CHECK(resumed->scheduled == 36'000 * kSecond);
  CHECK(resumed->missed == 359'996);
  CHECK(grid.next() == 36'000 * kSecond + 100 * kMillisecond);
}
