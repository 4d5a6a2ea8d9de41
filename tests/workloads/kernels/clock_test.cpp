// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/clock.hpp"

#include "tests/support/catch.hpp"
#include "workloads/kernels/kernels.hpp"

using namespace soakrig::workloads;

TEST_CASE("clock: a processor's clock is between 100 MHz and 10 GHz") {
  const double hz = measure_clock_hz();
  CHECK(hz > 1e8);
  CHECK(hz < 1e10);
}

TEST_CASE("clock: every target has a peak, wider ones a higher one, bytes twice or more") {
  for (const Kernels* kernels : runnable_kernels()) {
    const double plain = operations_per_cycle(kernels->target, GemmPrecision::fp32);
    CHECK(plain > 0);
    CHECK(operations_per_cycle(kernels->target, GemmPrecision::int8) >= 2 * plain);
    CHECK(operations_per_cycle(kernels->target, GemmPrecision::bf16) == 2 * plain);
    CHECK(operations_per_cycle(kernels->target, GemmPrecision::fp16) == plain);
  }
  CHECK(operations_per_cycle("avx2", GemmPrecision::fp32) == 32);
  CHECK(operations_per_cycle("avx512", GemmPrecision::fp32) == 64);
  CHECK(operations_per_cycle("avx512vnni", GemmPrecision::int8) == 256);
  CHECK(operations_per_cycle("mmx", GemmPrecision::fp32) == 0);
}
