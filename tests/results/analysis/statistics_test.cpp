// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/statistics.hpp"

#include <cmath>
#include <numbers>

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

TEST_CASE("quantiles interpolate between order statistics") {
  CHECK_FALSE(quantile({}, 0.5));
  CHECK(*quantile({3}, 0.99) == 3);
  CHECK(*quantile({4, 1, 3, 2}, 0.5) == 2.5);
  CHECK(*quantile({1, 2, 3, 4, 5}, 0.05) == Approx(1.2));
  CHECK(*quantile({1, 2, 3, 4, 5}, 0) == 1);
  CHECK(*quantile({1, 2, 3, 4, 5}, 1) == 5);
  CHECK(*quantile({1, 2}, 7) == 2);  // beyond 1 is 1
}

TEST_CASE("deviation, autocorrelation and what they make of n") {
  const std::vector<double> v{2, 4, 4, 4, 5, 5, 7, 9};
  CHECK(*deviation(v) == Approx(std::sqrt(32.0 / 7)));
  CHECK_FALSE(deviation(std::vector<double>{1}));
  const std::vector<double> alternating{1, -1, 1, -1};
  CHECK(lag1(alternating) == Approx(-0.75));
  CHECK(effective_size(alternating) == 4);  // negative correlation earns no credit
  const std::vector<double> trend{1, 2, 3, 4, 5};
  CHECK(lag1(trend) == Approx(0.4));
  CHECK(effective_size(trend) == Approx(5 * 0.6 / 1.4));
  CHECK(lag1(std::vector<double>{3, 3, 3}) == 0);
  CHECK(effective_size(std::vector<double>{3, 3, 3}) == 3);
}

TEST_CASE(
    "the interval of a median widens with correlation and shrinks to nothing for a constant") {
  CHECK_FALSE(median_bounds(std::vector<double>{5}));
  const auto flat = median_bounds(std::vector<double>{5, 5, 5});
  CHECK(flat->lower == 5);
  CHECK(flat->upper == 5);
  // Two values: one degree of freedom, t = 12.706.
  const auto two = median_bounds(std::vector<double>{9, 11});
  const double half = 12.7062 * std::sqrt(std::numbers::pi / 2) * std::sqrt(2.0) / std::sqrt(2.0);
  CHECK(two->lower == Approx(10 - half).epsilon(1e-4));
  CHECK(two->upper == Approx(10 + half).epsilon(1e-4));
  const auto mixed = median_bounds(std::vector<double>{1, 5, 2, 4, 3, 1, 5, 2, 4, 3});
  const auto sorted = median_bounds(std::vector<double>{1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
  CHECK(sorted->upper - sorted->lower > mixed->upper - mixed->lower);
}

TEST_CASE("the interval of a mean, and of the difference of two") {
  CHECK_FALSE(mean_bounds(std::vector<double>{5}));
  const std::vector<double> a{1, 3, 1, 3, 1, 3, 1, 3}, b{10, 10, 10};
  // s = 1.0690, t(0.975, 7) = 2.3646.
  const auto one = mean_bounds(a);
  CHECK(one->upper - 2 == Approx(2.3646 * 1.0690 / std::sqrt(8.0)).epsilon(1e-3));
  CHECK(2 - one->lower == Approx(one->upper - 2));
  CHECK_FALSE(difference_bounds(a, std::vector<double>{1}));
  // Beside values that do not vary, the interval is that of the ones that do.
  const auto two = difference_bounds(a, b);
  CHECK(two->upper + 8 == Approx(one->upper - 2));
  CHECK(two->lower == Approx(-8 - (one->upper - 2)));
  // Two of the same: variance 2 x 1.1429 / 8, 14 degrees of freedom, t = 2.1448.
  const auto same = difference_bounds(a, a);
  CHECK(same->upper == Approx(2.1448 * std::sqrt(2 * 8.0 / 7 / 8)).epsilon(1e-3));
  CHECK(difference_bounds(b, b)->upper == 0);
}

TEST_CASE("slope by least squares") {
  CHECK(*slope(std::vector<double>{1, 3, 5}) == 2);
  CHECK(*slope(std::vector<double>{2, 2}) == 0);
  CHECK_FALSE(slope(std::vector<double>{2}));
}
