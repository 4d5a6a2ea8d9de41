// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/det_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

TEST_CASE("det_math: double functions agree with libm to 1e-12") {
  double worst = 0;
  for (double x = -300; x < 300; x += 0.37) {
    worst = std::max(worst, std::fabs(det_exp(x) / std::exp(x) - 1));
  }
  CHECK(worst < 1e-12);
  worst = 0;
  for (double x = 1e-6; x < 1e8; x *= 1.07) {
    worst = std::max(worst, std::fabs(det_log(x) - std::log(x)));
  }
  CHECK(worst < 1e-12);
  worst = 0;
  for (double x = -2000; x < 200000; x += 11.3) {
    const SinCos got = det_sincos(x);
    worst = std::max(worst, std::fabs(got.sine - std::sin(x)));
    worst = std::max(worst, std::fabs(got.cosine - std::cos(x)));
  }
  CHECK(worst < 1e-10);
}

TEST_CASE("det_math: exact values") {
  CHECK(det_exp(0.0) == 1.0);
  CHECK(det_log(1.0) == 0.0);
  CHECK(det_sincos(0.0).sine == 0.0);
  CHECK(det_sincos(0.0).cosine == 1.0);
  CHECK(det_exp(0.0f) == 1.0f);
}

TEST_CASE("det_math: float exp is within two units of the last place, and saturates") {
  double worst = 0;
  for (float x = -86; x < 87; x += 0.013f) {
    const double truth = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::fabs(static_cast<double>(det_exp(x)) / truth - 1));
  }
  CHECK(worst < 2.4e-7);
  CHECK(det_exp(-87.1f) == 0.0f);
  CHECK(det_exp(-1e30f) == 0.0f);
  CHECK(std::isfinite(det_exp(1e30f)));
  CHECK(det_exp(std::bit_cast<float>(0x7FC00000u)) == 0.0f);  // a NaN does not spread
}

TEST_CASE("det_math: the same bits on every target") {
  // Committed: a compiler that fuses or reorders changes them.
  CHECK(std::bit_cast<std::uint32_t>(det_exp(1.0f)) == 0x402DF854u);
  CHECK(std::bit_cast<std::uint64_t>(det_exp(1.0)) == 0x4005BF0A8B14576Au);
  CHECK(std::bit_cast<std::uint64_t>(det_log(10000.0)) == 0x40226BB1BBB55515u);
}
