// SPDX-License-Identifier: Apache-2.0
//
// How hard a workload works over time. Power steps are a stress of their own: supplies droop, fans
// hunt, governors oscillate. Written in a profile and on a workload's command line alike:
//   constant            always
//   burst:ON:OFF        e.g. burst:2s:8s
//   square:PERIOD:SHARE e.g. square:10s:50%, busy for that share of each period, then idle
//   ramp:LENGTH         from idle to full within that time, then anew
// Idle time is never busy time, so it does not count against the speed.
#pragma once

#include <string_view>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig {

class LoadShape {
 public:
  LoadShape() = default;  // constant
  // Errc::invalid. Periods are from 200 ms to a day.
  [[nodiscard]] static Result<LoadShape> parse(std::string_view text);

  [[nodiscard]] bool constant() const { return period_ == 0; }
  // Share of the time to work in at `elapsed` since the start, 0 to 1.
  [[nodiscard]] double share(Nanos elapsed) const;
  // The longest time without any work: what a watch for hangs must bear.
  [[nodiscard]] Nanos longest_idle() const;

 private:
  Nanos period_ = 0;
  Nanos busy_ = 0;  // of a period, from its start; then nothing
  bool ramp_ = false;
};

}  // namespace soakrig
