// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/half.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("half: known values") {
  CHECK(half_to_float(0x0000) == 0.0f);
  CHECK(half_to_float(0x3C00) == 1.0f);
  CHECK(half_to_float(0xC000) == -2.0f);
  CHECK(half_to_float(0x7BFF) == 65504.0f);
  CHECK(half_to_float(0x0001) == 0x1p-24f);
  CHECK(half_to_float(0x03FF) == 1023 * 0x1p-24f);
  CHECK(std::isinf(half_to_float(0x7C00)));
  CHECK(std::isnan(half_to_float(0x7E00)));
}

TEST_CASE("half: every finite half survives the way there and back") {
  int wrong = 0;
  for (unsigned half = 0; half < 0x10000u; ++half) {
    const auto bits = static_cast<std::uint16_t>(half);
    if ((bits & 0x7C00u) == 0x7C00u) continue;
    if (float_to_half(half_to_float(bits)) != bits) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("half: rounds to nearest, ties to even, and overflows to infinity") {
  CHECK(float_to_half(1.0f + 0x1p-11f) == 0x3C00);      // tie, even below
  CHECK(float_to_half(1.0f + 3 * 0x1p-11f) == 0x3C02);  // tie, even above
  CHECK(float_to_half(1.0f + 0x1p-11f + 0x1p-20f) == 0x3C01);
  CHECK(float_to_half(65519.0f) == 0x7BFF);
  CHECK(float_to_half(65520.0f) == 0x7C00);
  CHECK(float_to_half(0x1p-26f) == 0);
  CHECK(float_to_half(-1e9f) == 0xFC00);
}
