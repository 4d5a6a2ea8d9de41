// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kMostValues = 4096;
constexpr double kMostR1 = 0.95;

double spread_of_differences(std::span<const double> values, std::size_t lag) {
  std::vector<double> sizes;
  for (std::size_t i = lag; i < values.size(); ++i) {
    sizes.push_back(std::abs(values[i] - values[i - lag]));
  }
  return 1.4826 * median(std::move(sizes)).value_or(0);
}

// Sums of squares around the mean of any part, in constant time.
class Squares {
 public:
  explicit Squares(std::span<const double> values) : sums_(1, 0), squares_(1, 0) {
    const double middle =
        mean(values).value_or(0);  // so that squares of a large level do not cancel
    for (const double v : values) {
      sums_.push_back(sums_.back() + (v - middle));
      squares_.push_back(squares_.back() + (v - middle) * (v - middle));
    }
  }
  // Of values [from, to).
  [[nodiscard]] double around_mean(std::size_t from, std::size_t to) const {
    const double sum = sums_[to] - sums_[from];
    return squares_[to] - squares_[from] - sum * sum / static_cast<double>(to - from);
  }

 private:
  std::vector<double> sums_, squares_;
};

// A place where the last change may have been. Pruned once it can never be the best again: that is
// so from the first time it costs more than a change at `t` would, and `t` may end a segment.
struct Candidate {
  std::size_t at = 0;
  std::size_t until = std::numeric_limits<std::size_t>::max();
};

double relative(double before, double after) {
  const double size = std::max(std::abs(before), std::numeric_limits<double>::min());
  return std::abs(after - before) / size;
}

void take_back_small(std::span<const double> values, double least_change,
                     std::vector<std::size_t>& changes) {
  while (!changes.empty()) {
    const std::vector<double> levels = segment_levels(values, changes);
    std::size_t smallest = 0;
    double size = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const double change = relative(levels[i], levels[i + 1]);
      if (change >= size) continue;
      size = change;
      smallest = i;
    }
    if (size >= least_change) return;
    changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(smallest));
  }
}

std::vector<double> in_groups(std::span<const double> values, std::size_t group) {
  std::vector<double> out;
  for (std::size_t i = 0; i + group <= values.size(); i += group) {
    out.push_back(*mean(values.subspan(i, group)));
  }
  return out;
}

}  // namespace

Noise noise_of(std::span<const double> values) {
  const double one = spread_of_differences(values, 1), two = spread_of_differences(values, 2);
  Noise out;
  if (one <= 0) return out;
  out.r1 = std::clamp(two * two / (one * one) - 1, 0.0, kMostR1);
  out.sigma = one / std::sqrt(2 * (1 - out.r1));
  return out;
}

std::vector<std::size_t> pelt(std::span<const double> values, double penalty,
                              std::size_t least_points) {
  const Squares squares(values);
  const std::size_t n = values.size();
  std::vector<double> best(n + 1, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> previous(n + 1, 0);
  best[0] = -penalty;
  std::vector<Candidate> candidates{{0}};
  for (std::size_t t = least_points; t <= n; ++t) {
    for (const Candidate& c : candidates) {
      if (c.at + least_points > t) break;
      const double cost = best[c.at] + squares.around_mean(c.at, t) + penalty;
      if (cost < best[t]) {
        best[t] = cost;
        previous[t] = c.at;
      }
    }
    for (Candidate& c : candidates) {
      if (c.at + least_points > t) break;
      if (best[c.at] + squares.around_mean(c.at, t) >= best[t])
        c.until = std::min(c.until, t + least_points);
    }
    std::erase_if(candidates, [t](const Candidate& c) { return c.until <= t; });
    candidates.push_back({t});
  }
  std::vector<std::size_t> out;
  for (std::size_t t = previous[n]; t > 0; t = previous[t]) out.push_back(t);
  std::ranges::reverse(out);
  return out;
}

std::vector<std::size_t> change_points(std::span<const double> values, const ChangeRules& rules) {
  const std::size_t group = (values.size() + kMostValues - 1) / kMostValues;
  if (group > 1) {
    std::vector<std::size_t> out = change_points(in_groups(values, group), rules);
    for (std::size_t& at : out) at *= group;
    return out;
  }
  if (values.size() < 2 * rules.least_points) return {};
  Noise noise = noise_of(values);
  // Noise that is small beside the least change of interest must not make the penalty nothing.
  const double level = std::abs(*median({values.begin(), values.end()}));
  noise.sigma = std::max(noise.sigma, rules.least_change * level / 20);
  const double penalty = 2 * noise.sigma * noise.sigma *
                         std::log(static_cast<double>(values.size())) * (1 + noise.r1) /
                         (1 - noise.r1);
  std::vector<std::size_t> out = pelt(values, penalty, rules.least_points);
  take_back_small(values, rules.least_change, out);
  return out;
}

std::vector<double> segment_levels(std::span<const double> values,
                                   std::span<const std::size_t> changes) {
  std::vector<double> out;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= changes.size(); ++i) {
    const std::size_t to = i < changes.size() ? changes[i] : values.size();
    const auto part = values.subspan(from, to - from);
    out.push_back(median({part.begin(), part.end()}).value_or(0));
    from = to;
  }
  return out;
}

std::string_view shape_of(std::span<const double> values, std::span<const std::size_t> changes,
                          const ChangeRules& rules) {
  if (values.size() < 4 * rules.least_points) return {};
  if (changes.empty()) return "flat";
  if (4 * changes.back() >= 3 * values.size()) return "no-steady-state";
  const std::vector<double> levels = segment_levels(values, changes);
  const double fastest = std::ranges::max(levels);
  return levels.back() >= fastest * (1 - rules.least_change) ? "warm-up" : "slow-down";
}

}  // namespace soakrig::analysis
