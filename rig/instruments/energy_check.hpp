// SPDX-License-Identifier: Apache-2.0
//
// Holds a meter's two accounts of one thing against each other: its power, integrated here, and its
// own energy counter. They are measured by the same device but come by different registers, scales
// and averages, so a wrong scale, a swapped word, a reading that stands still or a counter that has
// stopped shows as a disagreement beyond the meter's accuracy. Pure.
//
// Compared over the time both were readable: |integral - counted| against
//   2 * accuracy * integral  each account has the meter's class
//   + 1 % of the integral    readings once a second of a load that changes meanwhile
//   + 2 steps of the counter its first and its last
// once the counter has moved by kMinSteps of its steps, or should have.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "rig/base/time.hpp"

namespace soakrig::instruments {

class EnergyCheck {
 public:
  static constexpr double kMinSteps = 10;
  static constexpr double kSampling = 0.01;
  static constexpr double kCoarsest = 36'000;    // J, 0.01 kWh: while the counter never moved
  static constexpr Nanos kGap = 5 * kSecond;     // between readings: the account begins anew
  static constexpr double kUnknownClass = 0.02;  // accuracy of a meter that says none

  // What the two accounts are, in J, over `time`.
  struct Finding {
    bool disagree = false;
    double integrated = 0, counted = 0, tolerance = 0;
    Nanos time = 0;
  };

  explicit EnergyCheck(double accuracy) : accuracy_(accuracy) {}

  // One reading of both; absent = not good. Gives a finding when the opinion changes, the first
  // time only where it is a disagreement.
  [[nodiscard]] std::optional<Finding> feed(Nanos now, std::optional<double> watts,
                                            std::optional<double> joules) {
    if (!watts || !joules) return std::nullopt;
    const bool restart = !last_ || now - last_->now > kGap || *joules < last_->joules;
    if (restart) {
      begin_ = now;
      first_ = *joules;
      integrated_ = 0;
    } else {
      integrated_ += (last_->watts + *watts) / 2 * to_seconds(now - last_->now);
      const double step = *joules - last_->joules;
      if (step > 0) step_ = std::min(step_.value_or(step), step);
    }
    last_ = Reading{now, *watts, *joules};
    const double step = step_.value_or(kCoarsest), counted = *joules - first_;
    if (std::max(std::abs(integrated_), counted) < kMinSteps * step) return std::nullopt;
    const double tolerance = (2 * accuracy_ + kSampling) * std::abs(integrated_) + 2 * step;
    const bool disagree = std::abs(std::abs(integrated_) - counted) > tolerance;
    if (disagree == disagrees_) return std::nullopt;
    disagrees_ = disagree;
    return Finding{disagree, integrated_, counted, tolerance, now - begin_};
  }

 private:
  struct Reading {
    Nanos now = 0;
    double watts = 0, joules = 0;
  };
  double accuracy_;
  std::optional<Reading> last_;
  std::optional<double> step_;  // the smallest seen
  Nanos begin_ = 0;
  double first_ = 0, integrated_ = 0;
  bool disagrees_ = false;
};

}  // namespace soakrig::instruments
