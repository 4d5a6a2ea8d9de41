// SPDX-License-Identifier: Apache-2.0
//
// A clock that a test moves by hand. Not thread-safe while it is being moved.
#pragma once

#include "rig/base/time.hpp"

namespace soakrig {

class FakeClock final : public Clock {
 public:
  explicit FakeClock(Nanos boot = 1000 * kSecond) : boot_(boot) {}
  [[nodiscard]] Nanos boot_ns() const override { return boot_ += step_; }
  [[nodiscard]] Nanos utc_ns() const override { return kUtcAtBootZero + boot_; }
  void advance(Nanos by) { boot_ += by; }
  void set(Nanos boot) { boot_ = boot; }
  // From now on every look at the clock moves it on by this much.
  void step_per_look(Nanos step) { step_ = step; }

 private:
  static constexpr Nanos kUtcAtBootZero = 1'767'225'600 * kSecond;  // 2026-01-01
  mutable Nanos boot_;
  Nanos step_ = 0;
};

}  // namespace soakrig
