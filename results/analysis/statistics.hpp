// SPDX-License-Identifier: Apache-2.0
//
// The few statistics that the figures rest on. Pure, exact where the input is. Values must be
// finite.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace soakrig::analysis {

// The q-quantile (0..1) with linear interpolation between order statistics: h = (n-1) q,
// x[floor h] + (h - floor h)(x[floor h + 1] - x[floor h]) (Hyndman and Fan 1996, type 7).
// Empty input has none.
[[nodiscard]] std::optional<double> quantile(std::vector<double> values, double q);
[[nodiscard]] std::optional<double> median(std::vector<double> values);
[[nodiscard]] std::optional<double> mean(std::span<const double> values);

// Sample standard deviation, two passes, divisor n-1. Needs two values.
[[nodiscard]] std::optional<double> deviation(std::span<const double> values);

// Lag-1 autocorrelation r1 = sum (x_i - m)(x_{i+1} - m) / sum (x_i - m)^2; 0 for a constant.
[[nodiscard]] double lag1(std::span<const double> values);

// How many independent values these are worth: n (1 - r1) / (1 + r1), with r1 in [0, 0.99], and
// never less than 2 of two or more (first-order autoregression; facts: reliability, n_eff).
[[nodiscard]] double effective_size(std::span<const double> values);

struct Bounds {
  double lower = 0, upper = 0;
};

// The two-sided interval (confidence 0.95) of the median of correlated values:
// median -+ t(0.975, n_eff - 1) * sqrt(pi/2) * s / sqrt(n_eff). sqrt(pi/2) is the price of a median
// over a mean for normal noise. Needs two values: one window says nothing about its own spread.
[[nodiscard]] std::optional<Bounds> median_bounds(std::span<const double> values);

// The two-sided interval (confidence 0.95) of the mean of correlated values: mean -+
// t(0.975, n_eff - 1) * s / sqrt(n_eff). Needs two values.
[[nodiscard]] std::optional<Bounds> mean_bounds(std::span<const double> values);

// The same of mean(a) - mean(b), which vary each in their own way (Welch): variance sa^2/na +
// sb^2/nb with effective sizes, degrees of freedom by Welch and Satterthwaite. Needs two of each.
[[nodiscard]] std::optional<Bounds> difference_bounds(std::span<const double> a,
                                                      std::span<const double> b);

// Least-squares slope of y over x = 0, 1, 2…, per step. Needs two values.
[[nodiscard]] std::optional<double> slope(std::span<const double> values);

}  // namespace soakrig::analysis
