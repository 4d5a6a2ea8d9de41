// SPDX-License-Identifier: Apache-2.0
#include "results/store/decimal.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

std::optional<Scale> scale_of(std::vector<double> values,
                              std::vector<std::int64_t>* integers = nullptr) {
  std::vector<std::int64_t> own;
  return to_decimal(values, integers != nullptr ? *integers : own);
}

TEST_CASE("the fewest digits that give every value back are found") {
  std::vector<std::int64_t> integers;
  CHECK(scale_of({1, -2, 3e9}, &integers) == Scale{0, false});
  CHECK(integers == std::vector<std::int64_t>{1, -2, 3'000'000'000});
  CHECK(scale_of({45.3, 45.25}, &integers) == Scale{2, false});
  CHECK(integers == std::vector<std::int64_t>{4530, 4525});
  CHECK(scale_of({1e-9}) == Scale{9, false});
}

TEST_CASE("values made by multiplying are decimal too") {
  // 3 * 0.1 is another double than 0.3.
  REQUIRE(3 * 0.1 != 0.3);
  std::vector<std::int64_t> integers;
  CHECK(scale_of({3 * 0.1, 7 * 0.1}, &integers) == Scale{1, true});
  CHECK(integers == std::vector<std::int64_t>{3, 7});
}

TEST_CASE("what cannot be given back exactly has no scale") {
  CHECK_FALSE(scale_of({1.0 / 3.0}));
  CHECK_FALSE(scale_of({1.0, -0.0}));  // an integer has no negative zero
  CHECK_FALSE(scale_of({std::numeric_limits<double>::denorm_min()}));
  CHECK_FALSE(scale_of({1e300}));
  CHECK_FALSE(scale_of({9007199254740992.0}));  // 2^53: its neighbour is missing
  CHECK_FALSE(scale_of({std::numeric_limits<double>::quiet_NaN()}));
  CHECK(scale_of({9007199254740991.0}) == Scale{0, false});
  CHECK(scale_of({0.0}) == Scale{0, false});
}

TEST_CASE("every decimal of up to nine digits comes back bit for bit") {
  for (std::uint8_t digits = 0; digits <= kMaxDigits; ++digits) {
    for (std::int64_t integer = -5000; integer < 5000; integer += 37) {
      const double v = from_decimal(integer, {digits, false});
      std::vector<std::int64_t> integers;
      const auto scale = scale_of({v}, &integers);
      REQUIRE(scale);
      REQUIRE(std::bit_cast<std::uint64_t>(from_decimal(integers[0], *scale)) ==
              std::bit_cast<std::uint64_t>(v));
    }
  }
}

}  // namespace
}  // namespace soakrig::store
