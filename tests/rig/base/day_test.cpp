// SPDX-License-Identifier: Apache-2.0
#include "rig/base/day.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("a day is one that there is") {
  CHECK(soakrig::is_day("2024-02-29"));
  for (const char* bad : {"2026-02-29", "2026-13-01", "26-01-01", "2026-1-01", "", "2026-01-0x"}) {
    INFO(bad);
    CHECK_FALSE(soakrig::is_day(bad));
  }
}
