// SPDX-License-Identifier: Apache-2.0
//
// Notices a sensor that has stopped moving although it must move: the same value, to the bit, for a
// while, at a distance from the set point that no chamber holds still at. A frozen reading is the
// one fault that every other check takes for good news. Pure.
#pragma once

#include <cmath>
#include <optional>

#include "rig/base/time.hpp"

namespace soakrig::instruments {

class FreezeWatch {
 public:
  static constexpr Nanos kPatience = 30 * kSecond;
  static constexpr double kDistance = 2.0;  // K from the set point

  // True while the reading counts as frozen.
  [[nodiscard]] bool frozen(Nanos now, std::optional<double> value,
                            std::optional<double> set_point) {
    const bool must_move = value && set_point && std::abs(*value - *set_point) > kDistance;
    if (!must_move || value != last_) {
      last_ = value;
      since_ = now;
      return false;
    }
    return now - since_ >= kPatience;
  }

 private:
  std::optional<double> last_;
  Nanos since_ = 0;
};

}  // namespace soakrig::instruments
