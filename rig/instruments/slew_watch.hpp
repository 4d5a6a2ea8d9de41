// SPDX-License-Identifier: Apache-2.0
//
// Notices a reading that no air can have followed: one that jumped. A broken sensor, a swapped word,
// or a set point read where the temperature should stand look like that, and every limit check
// would take them at their word. What may have changed grows with the time since the last plausible
// reading, so that a true step is believed again once the air could have made it. Pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::instruments {

class SlewWatch {
 public:
  static constexpr double kNoise = 2.0;  // K: of a sensor in a draught, whatever the time between

  // `most`: K/s, positive; faster the air never changes.
  explicit SlewWatch(double most) : most_(most) { RIG_ASSERT(most > 0); }

  // By how much [K] the reading jumped if that is too much to be true; it is then not remembered.
  // An absent reading neither jumps nor is remembered.
  [[nodiscard]] std::optional<double> jumped(Nanos now, std::optional<double> value) {
    if (!value) return std::nullopt;
    if (last_) {
      const double change = *value - *last_;
      const double possible = kNoise + most_ * std::max(0.0, to_seconds(now - taken_));
      if (std::abs(change) > possible) return change;
    }
    last_ = value;
    taken_ = now;
    return std::nullopt;
  }

 private:
  const double most_;
  std::optional<double> last_;
  Nanos taken_ = 0;
};

}  // namespace soakrig::instruments
