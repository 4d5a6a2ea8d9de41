// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/trend.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kMostPoints = 600;
constexpr std::size_t kLeastForInterval = 10;
constexpr std::size_t kLeastForGrowth = 20;

std::vector<double> in_groups(std::span<const double> values, std::size_t group) {
  std::vector<double> out;
  for (std::size_t i = 0; i < values.size(); i += group) {
    const auto part = values.subspan(i, std::min(group, values.size() - i));
    out.push_back(*median({part.begin(), part.end()}));
  }
  return out;
}

double at_rank(std::vector<double>& slopes, double rank) {
  const double last = static_cast<double>(slopes.size() - 1);
  const auto k = static_cast<std::ptrdiff_t>(std::clamp(rank, 0.0, last));
  std::ranges::nth_element(slopes, slopes.begin() + k);
  return slopes[static_cast<std::size_t>(k)];
}

// How many times more the slopes scatter than those of independent values.
double inflation(std::span<const double> x, std::span<const double> y, double slope) {
  std::vector<double> residuals;
  for (std::size_t i = 0; i < x.size(); ++i) residuals.push_back(y[i] - slope * x[i]);
  const auto n = static_cast<double>(x.size());
  const double r1 = std::clamp((n * lag1(residuals) + 2) / (n - 4), 0.0, 0.95);
  return (1 + r1) / (1 - r1);
}

}  // namespace

std::optional<Trend> theil_sen(std::span<const double> x, std::span<const double> y) {
  const std::size_t group = (x.size() + kMostPoints - 1) / kMostPoints;
  if (group > 1) return theil_sen(in_groups(x, group), in_groups(y, group));
  std::vector<double> slopes;
  slopes.reserve(x.size() * x.size() / 2);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t k = i + 1; k < x.size(); ++k) {
      if (x[k] > x[i]) slopes.push_back((y[k] - y[i]) / (x[k] - x[i]));
    }
  }
  if (slopes.empty()) return std::nullopt;
  Trend out;
  out.level = *median({y.begin(), y.end()});
  const double last = static_cast<double>(slopes.size() - 1);
  out.slope = (at_rank(slopes, std::floor(last / 2)) + at_rank(slopes, std::ceil(last / 2))) / 2;
  if (x.size() < kLeastForInterval) return out;
  const auto n = static_cast<double>(x.size()), pairs = static_cast<double>(slopes.size());
  const double spread =
      1.959964 * std::sqrt(n * (n - 1) * (2 * n + 5) / 18 * inflation(x, y, out.slope));
  out.lower = at_rank(slopes, std::floor((pairs - spread) / 2));
  out.upper = at_rank(slopes, std::ceil((pairs + spread) / 2));
  return out;
}

const char* direction_of(const Trend& trend) {
  if (trend.lower && *trend.lower > 0) return "rising";
  if (trend.upper && *trend.upper < 0) return "falling";
  return "none";
}

bool grows_without_end(std::span<const double> x, std::span<const double> y, double least) {
  if (x.size() < kLeastForGrowth) return false;
  const std::size_t half = x.size() / 2;
  const auto all = theil_sen(x, y), late = theil_sen(x.subspan(half), y.subspan(half));
  if (!all || !late || !all->lower || !late->lower) return false;
  return *all->lower > 0 && *late->lower > 0 && late->slope >= all->slope / 2 &&
         all->slope * (x.back() - x.front()) >= least;
}

}  // namespace soakrig::analysis
