// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/steady.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

namespace {

constexpr std::size_t kSteps = 5;

// Each step's speed: work / busy of the windows whose middle lies in it.
std::vector<std::optional<double>> speed_of_steps(const SteadyInput& in, std::size_t count) {
  std::vector<double> work(count), busy(count);
  for (const Window& w : in.windows) {
    const Nanos middle = w.when.from + w.when.length() / 2;
    if (!in.dwell.contains(middle)) continue;
    const auto step = static_cast<std::size_t>((middle - in.dwell.from) / in.step);
    if (step >= count) continue;
    work[step] += w.work;
    busy[step] += w.busy;
  }
  std::vector<std::optional<double>> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (busy[i] > 0) out[i] = work[i] / busy[i];
  }
  return out;
}

std::optional<std::vector<double>> group(const std::vector<std::optional<double>>& steps,
                                         std::size_t first) {
  std::vector<double> out;
  for (std::size_t i = first; i < first + kSteps && i < steps.size(); ++i) {
    if (!steps[i]) return std::nullopt;
    out.push_back(*steps[i]);
  }
  if (out.size() < kSteps) return std::nullopt;
  return out;
}

bool settled(std::span<const double> five, double most_range, double most_drift) {
  const auto [low, high] = std::ranges::minmax(five);
  const double drift = std::abs(*slope(five)) * static_cast<double>(kSteps - 1);
  return high - low <= most_range && drift <= most_drift;
}

}  // namespace

Nanos steady_step(const Interval& dwell, Nanos window) {
  return std::max(window, std::min(5 * kMinute, dwell.length() / 10));
}

std::optional<Nanos> steady_since(const SteadyInput& in) {
  if (in.step <= 0) return std::nullopt;
  const auto count = static_cast<std::size_t>(in.dwell.length() / in.step);
  const auto speed = speed_of_steps(in, count);
  std::optional<double> coolest;
  for (const auto& t : in.temperature) {
    if (t && (!coolest || *t < *coolest)) coolest = t;
  }
  for (std::size_t i = 0; i + kSteps <= count; ++i) {
    const auto five = group(speed, i);
    if (!five) continue;
    const double level = *mean(*five);
    if (!settled(*five, 0.02 * level, 0.01 * level)) continue;
    if (coolest) {
      const auto warm = group(in.temperature, i);
      if (!warm) continue;
      const double rise = std::max(0.0, *mean(*warm) - in.ambient.value_or(*coolest));
      if (!settled(*warm, std::max(0.02 * rise, 1.0), std::max(0.01 * rise, 0.5))) continue;
    }
    return in.dwell.from + static_cast<Nanos>(i) * in.step;
  }
  return std::nullopt;
}

}  // namespace soakrig::analysis
