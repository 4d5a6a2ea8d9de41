// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace soakrig::analysis {

namespace {

double t_975(double freedom) {
  return boost::math::quantile(boost::math::students_t(freedom), 0.975);
}

}  // namespace

std::optional<double> quantile(std::vector<double> values, double q) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const double h = static_cast<double>(values.size() - 1) * std::clamp(q, 0.0, 1.0);
  const auto below = static_cast<std::size_t>(h);
  if (below + 1 >= values.size()) return values.back();
  return values[below] + (h - static_cast<double>(below)) * (values[below + 1] - values[below]);
}

std::optional<double> median(std::vector<double> values) {
  return quantile(std::move(values), 0.5);
}

std::optional<double> mean(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

std::optional<double> deviation(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double m = *mean(values);
  double squares = 0;
  for (const double v : values) squares += (v - m) * (v - m);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double lag1(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double m = *mean(values);
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    squares += (values[i] - m) * (values[i] - m);
    if (i > 0) products += (values[i] - m) * (values[i - 1] - m);
  }
  return squares > 0 ? products / squares : 0;
}

double effective_size(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  if (values.size() < 2) return n;
  const double r1 = std::clamp(lag1(values), 0.0, 0.99);
  return std::max(2.0, n * (1 - r1) / (1 + r1));
}

std::optional<Bounds> median_bounds(std::span<const double> values) {
  const auto spread = deviation(values);
  if (!spread) return std::nullopt;
  const double n = effective_size(values);
  const double half = t_975(n - 1) * std::sqrt(std::numbers::pi / 2) * *spread / std::sqrt(n);
  const double middle = *median({values.begin(), values.end()});
  return Bounds{middle - half, middle + half};
}

std::optional<Bounds> mean_bounds(std::span<const double> values) {
  const auto spread = deviation(values);
  if (!spread) return std::nullopt;
  const double n = effective_size(values), middle = *mean(values);
  const double half = t_975(n - 1) * *spread / std::sqrt(n);
  return Bounds{middle - half, middle + half};
}

std::optional<Bounds> difference_bounds(std::span<const double> a, std::span<const double> b) {
  const auto spread_a = deviation(a), spread_b = deviation(b);
  if (!spread_a || !spread_b) return std::nullopt;
  const double na = effective_size(a), nb = effective_size(b);
  const double va = *spread_a * *spread_a / na, vb = *spread_b * *spread_b / nb;
  const double middle = *mean(a) - *mean(b);
  if (!(va + vb > 0)) return Bounds{middle, middle};
  const double freedom = (va + vb) * (va + vb) / (va * va / (na - 1) + vb * vb / (nb - 1));
  const double half = t_975(freedom) * std::sqrt(va + vb);
  return Bounds{middle - half, middle + half};
}

std::optional<double> slope(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double mx = static_cast<double>(values.size() - 1) / 2;
  const double my = *mean(values);
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(i) - mx;
    xy += x * (values[i] - my);
    xx += x * x;
  }
  return xy / xx;
}

}  // namespace soakrig::analysis
