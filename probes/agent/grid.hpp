// SPDX-License-Identifier: Apache-2.0
//
// A fixed time grid: points at origin + k * period, never re-armed from "now", so that a late
// wake-up (load, suspend, a stopped process) costs points and never shifts them. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "rig/base/time.hpp"

namespace soakrig::agent {

class Grid {
 public:
  struct Point {
    Nanos scheduled = 0;       // the latest point that is not after now
    std::uint64_t missed = 0;  // points between the last one taken and this one
  };

  // `period` above zero; the first point is `origin`. Both boot time.
  Grid(Nanos origin, Nanos period) : next_(origin), period_(period) {}

  [[nodiscard]] Nanos next() const { return next_; }

  // The point that is due, absent when none is. Points that were slept through are counted, not
  // made up: a sample says when it was taken.
  [[nodiscard]] std::optional<Point> take(Nanos now) {
    if (now < next_) return std::nullopt;
    const Nanos late_points = (now - next_) / period_;
    const Point point{next_ + late_points * period_, static_cast<std::uint64_t>(late_points)};
    next_ = point.scheduled + period_;
    return point;
  }

 private:
  Nanos next_;
  Nanos period_;
};

}  // namespace soakrig::agent
