// SPDX-License-Identifier: Apache-2.0
// Also tests: unit_words.cpp
#include "dashboard/plot/value_axis.hpp"

#include "dashboard/plot/unit_words.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

using namespace soakrig::dashboard;

TEST_CASE("Units are shown as people read them") {
  CHECK(value_with_unit(61.25, "Cel") == "61.25 °C");
  CHECK(value_with_unit(2.4e9, "Hz") == "2.400 GHz");
  CHECK(value_with_unit(3.5 * 1024 * 1024 * 1024, "By") == "3.500 GiB");
  CHECK(value_with_unit(0.0042, "s") == "4.200 ms");
  CHECK(value_with_unit(12, "{token}/s") == "12.00 tokens/s");
  CHECK(value_with_unit(0, "W") == "0 W");
  CHECK(value_with_unit(0.25, "%") == "0.2500 %");
  CHECK(value_with_unit(1, "{state}") == "1.000 state");
  CHECK(value_with_unit(std::nan(""), "W") == "? W");
}

TEST_CASE("A range leaves air, and is never empty") {
  const ValueRange r = fitting(ValueRange{10, 20});
  CHECK(r.lo < 10);
  CHECK(r.hi > 20);
  CHECK(fitting(ValueRange{0, 5}).lo == 0);  // nothing below zero where nothing is
  CHECK(fitting(ValueRange{-3, 5}).lo < -3);
  for (const double one : {0.0, 7.0, -7.0, 1e-300, 1e300})
    CHECK(fitting(ValueRange{one, one}).span() > 0);
  CHECK(fitting(std::nullopt) == ValueRange{0, 1});
  CHECK(fitting(ValueRange{1, std::numeric_limits<double>::infinity()}) == ValueRange{0, 1});
}

TEST_CASE("Ticks are round and inside, at most as many as asked for") {
  const auto ticks = value_ticks({54, 83}, 5, shown_unit("Cel", 83));
  REQUIRE(ticks.size() == 3);
  CHECK(ticks[0].label == "60");
  CHECK(ticks[2].label == "80");
  const auto small = value_ticks({0.001, 0.0035}, 6, shown_unit("s", 0.0035));
  CHECK(small[0].label == "1.0");
  CHECK(value_ticks({5, 5}, 5, {}).empty());
  CHECK(value_ticks({0, 1e-320}, 5, {}).size() <= 100);
}

TEST_CASE("Values map onto pixels and back, and stay finite") {
  const ValueScale scale({0, 10}, 100, 0);
  CHECK(scale.y(0) == 100);
  CHECK(scale.y(10) == 0);
  CHECK(scale.value(50) == Approx(5));
  CHECK(scale.y(1e300) == -1e6f);
  CHECK(std::isfinite(scale.y(std::nan(""))));
}

TEST_CASE("Stored units in sentences become words, other braces stay") {
  CHECK(with_unit_words("1143 of 1769 {token}/s, then") == "1143 of 1769 tokens/s, then");
  CHECK(with_unit_words("a set {1, 2} and {Nope}") == "a set {1, 2} and {Nope}");
  for (const char* same : {"", "{", "}", "{}", "no unit", "open {token"})
    CHECK(with_unit_words(same) == same);
}
