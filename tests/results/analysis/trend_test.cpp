// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/trend.hpp"

#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/noise.hpp"

using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

std::vector<double> upto(std::size_t n, double step = 1) {
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(step * static_cast<double>(i));
  return out;
}

// 12 h of minutes: 20 with 2 % noise, plus `per_hour`.
std::vector<double> half_day(double rho, double per_hour, std::uint64_t seed) {
  std::vector<double> out = block_means(720, 600, rho, 0.02, seed);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = 20 * (1 + out[i]) + per_hour * static_cast<double>(i) / 60;
  return out;
}

}  // namespace

TEST_CASE("the median of all slopes, and wild values do not bend it") {
  // Slopes of the pairs of (0,1) (1,2) (2,5): 1, 2, 3.
  CHECK(theil_sen(upto(3), std::vector<double>{1, 2, 5})->slope == 2);
  CHECK(theil_sen(upto(3), std::vector<double>{1, 2, 5})->level == 2);
  std::vector<double> y;
  for (int i = 0; i < 21; ++i) y.push_back(5 + 3.0 * i);
  y[4] = 1e6;
  y[17] = -1e6;
  CHECK(theil_sen(upto(21), y)->slope == Approx(3));
  CHECK_FALSE(theil_sen(upto(1), std::vector<double>{1}));
  CHECK_FALSE(theil_sen(std::vector<double>{2, 2}, std::vector<double>{1, 5}));  // no time passed
}

TEST_CASE("the interval by Kendall's variance, of ten points and more") {
  CHECK_FALSE(theil_sen(upto(9), upto(9))->lower);
  // Ten independent values without a trend: s^2 = 10 * 9 * 25 / 18 = 125, N = 45 slopes, ranks
  // (45 -+ 1.96 sqrt(125)) / 2 = 11.5 and 33.5, so the 12th and the 35th of the sorted slopes.
  const std::vector<double> y{5, 1, 4, 2, 3, 5, 1, 4, 2, 3};
  const auto t = theil_sen(upto(10), y);
  std::vector<double> slopes;
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t k = i + 1; k < 10; ++k)
      slopes.push_back((y[k] - y[i]) / static_cast<double>(k - i));
  }
  std::ranges::sort(slopes);
  CHECK(*t->lower == slopes[11]);
  CHECK(*t->upper == slopes[34]);
  CHECK(std::string(direction_of(*t)) == "none");
}

TEST_CASE("coverage of the interval: correlated noise without a trend is no drift") {
  for (const double rho : {0.0, 0.99, 0.999}) {
    int alarms = 0;
    for (std::uint64_t k = 0; k < 30; ++k) {
      const auto y = half_day(rho, 0, 4000 + k);
      alarms += direction_of(*theil_sen(upto(720, 1 / 60.0), y)) != std::string("none");
    }
    INFO("rho " << rho << ": " << alarms << " of 30");
    CHECK(alarms <= 5);  // 5 % would be 1.5
  }
}

TEST_CASE("a drift of half a percent an hour is seen, and its size") {
  int seen = 0;
  for (std::uint64_t k = 0; k < 20; ++k) {
    const auto t = theil_sen(upto(720, 1 / 60.0), half_day(0.99, -0.1, 7000 + k));
    seen += direction_of(*t) == std::string("falling");
    CHECK(t->slope == Approx(-0.1).margin(0.03));
  }
  CHECK(seen == 20);
}

TEST_CASE("growth without end is told from what levels off") {
  std::vector<double> leak, cache, late, steps;
  for (int i = 0; i < 100; ++i) {
    leak.push_back(500 + i);
    cache.push_back(500 + 100 * (1 - std::exp(-i / 15.0)));
    late.push_back(500 + (i < 20 ? 5.0 * i : 100));
    steps.push_back(500 + 10 * (i / 10));
  }
  CHECK(grows_without_end(upto(100), leak, 50));
  CHECK(grows_without_end(upto(100), steps, 50));
  CHECK_FALSE(grows_without_end(upto(100), leak, 150));  // too little to matter
  CHECK_FALSE(grows_without_end(upto(100), cache, 50));
  CHECK_FALSE(grows_without_end(upto(100), late, 50));
  CHECK_FALSE(grows_without_end(upto(100), std::vector<double>(100, 500.0), 0));
  CHECK_FALSE(grows_without_end(upto(19), upto(19), 1));
}
