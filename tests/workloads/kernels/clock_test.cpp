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
    CHECK(operations_per_cycle(kernels->target, false) > 0);
    CHECK(operations_per_cycle(kernels->target, true) >=
          2 * operations_per_cycle(kernels->target, false));
  }
  CHECK(operations_per_cycle("avx2", false) == 32);
  CHECK(operations_per_cycle("avx512", false) == 64);
  CHECK(operations_per_cycle("avx512vnni", true) == 256);
  CHECK(operations_per_cycle("mmx", false) == 0);
}
