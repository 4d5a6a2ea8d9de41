// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/load_estimator.hpp"

#include "tests/support/catch.hpp"

using soakrig::virtual_bench::LoadEstimator;

namespace {

// The same interval over and over, long enough to settle.
LoadEstimator::Load settle(LoadEstimator& estimator, double ran, double waited, double ratio) {
  LoadEstimator::Load load;
  for (int i = 0; i < 200; ++i) load = estimator.update(0.1, ran * 0.1, waited * 0.1, ratio);
  return load;
}

}  // namespace

TEST_CASE("on an idle host utilisation is the CPU time") {
  LoadEstimator two(2);
  CHECK(settle(two, 2.0, 0.0, 1.0).utilisation == Approx(1.0));
  CHECK(settle(two, 1.0, 0.0, 1.0).utilisation == Approx(0.5));
  CHECK(settle(two, 0.0, 0.0, 1.0).utilisation == 0.0);
  CHECK(settle(two, 4.0, 0.0, 1.0).utilisation == 1.0);
}

TEST_CASE("on a busy host the wait for a CPU counts as work, up to a factor") {
  LoadEstimator two(2);
  // 60 % of the host's two cores, the rest waiting: a board of its own would be fully loaded.
  auto load = settle(two, 1.2, 0.8, 1.0);
  CHECK(load.utilisation == Approx(1.0));
  CHECK(load.cores == Approx(1.2));
  // A load that hardly runs says little.
  CHECK(settle(two, 0.1, 1.9, 1.0).utilisation == Approx(0.125));
}

TEST_CASE("throttled, a load that uses its allowance is fully busy") {
  LoadEstimator two(2);
  settle(two, 2.0, 0.0, 1.0);
  const auto load = two.update(0.1, 0.65 * 2.0 * 0.1, 0.07 * 0.1, 0.65);
  CHECK(load.utilisation == Approx(1.0));
  CHECK(load.cores == Approx(2.0));
}

TEST_CASE("throttled, a load that wants less is less busy, and its share stays known") {
  LoadEstimator two(2);
  settle(two, 2.0, 0.0, 1.0);
  const auto load = settle(two, 0.65, 0.0, 0.65);  // half of its allowance
  CHECK(load.utilisation == Approx(0.5));
  CHECK(load.cores == Approx(2.0));
}

TEST_CASE("throttled, a host that gives less makes the share smaller, so that the throttle bites") {
  LoadEstimator two(2);
  settle(two, 2.0, 0.0, 1.0);
  const auto load = settle(two, 0.6, 0.7, 0.6);
  CHECK(load.cores == Approx(1.0).epsilon(0.06));
  CHECK(load.utilisation == Approx(1.0).epsilon(0.06));
}

TEST_CASE("throttled on a host that was busy, the share grows slowly up to what was wanted") {
  LoadEstimator two(2);
  const double before = settle(two, 1.0, 1.0, 1.0).cores;
  CHECK(before == Approx(1.0));
  double cores = before;
  for (int i = 0; i < 1000; ++i) cores = two.update(0.1, 0.6 * cores * 0.1, 0, 0.6).cores;
  CHECK(cores == Approx(2.0));
}

TEST_CASE("other workloads begin without prejudice") {
  LoadEstimator two(2);
  settle(two, 0.3, 0.0, 1.0);
  two.reset();
  CHECK(two.update(0.1, 0.13, 0.0, 0.65).cores == Approx(2.0));
  CHECK(two.update(0, 1, 1, 1).utilisation == 0.0);
}
