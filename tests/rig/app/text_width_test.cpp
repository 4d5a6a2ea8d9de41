// SPDX-License-Identifier: Apache-2.0
#include "rig/app/text_width.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::app;

TEST_CASE("Text is measured, cut and filled by code points") {
  CHECK(columns("°C") == 2);
  CHECK(columns("") == 0);
  CHECK(fit("46 °C", 4) == "46 °");
  CHECK(fit("ab", 10) == "ab");
  CHECK(fit("°°", 0).empty());
  CHECK(pad("°C", 4) == "°C  ");
  CHECK(pad("long", 2) == "long");
}
