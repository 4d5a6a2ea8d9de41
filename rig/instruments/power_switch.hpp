// SPDX-License-Identifier: Apache-2.0
//
// What switches boards' supplies, whether relays or commands. Orders do not block; `done` comes once,
// perhaps on another thread.
#pragma once

#include "rig/instruments/instrument.hpp"

namespace soakrig::instruments {

class PowerSwitch {
 public:
  virtual ~PowerSwitch() = default;
  // Errc::not_found for a switch that there is not.
  virtual void set(int channel, bool on, Done done) = 0;
  // Opens the switch; it closes itself again after `seconds`, also when nobody is left who would.
  // `done` comes when it is open. Errc::unsupported where there is no such pulse, invalid where it is
  // too long.
  virtual void pulse_off(int channel, double seconds, Done done) = 0;
  // Seconds; 0 = it has none.
  [[nodiscard]] virtual double longest_pulse(int channel) const = 0;
  // Off and on again by itself, at its own pace; `done` comes when it is on. False: it cannot, and
  // nothing was ordered.
  [[nodiscard]] virtual bool cycle(int /*channel*/, const Done& /*done*/) { return false; }
};

}  // namespace soakrig::instruments
