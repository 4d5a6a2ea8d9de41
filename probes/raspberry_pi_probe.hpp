// SPDX-License-Identifier: Apache-2.0
//
// What a Raspberry Pi's firmware says about its supply and its heat.
//   limiter.under-voltage.rpi_volt     hwmon rpi_volt in0_lcrit_alarm; covers the last ~2 s only,
//                                      hence read every second
//   from the firmware's get_throttled word (vendor kernels):
//   limiter.under-voltage.firmware     bit 0
//   limiter.thermal.firmware           bit 3 (soft limit), or bits 1, 2 (clock capped, throttled)
//                                      without bit 0: with it, the supply is the cause
//   rpi.throttled_since_boot           bits 16-19, the sticky ones, as a number
#pragma once

#include <cstdint>
#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_raspberry_pi(HostFs& fs);

struct ThrottledWord {
  bool under_voltage = false;
  bool thermal = false;
  unsigned since_boot = 0;  // bits 16-19 moved down
};
[[nodiscard]] ThrottledWord decode_throttled(std::uint64_t word);

}  // namespace soakrig::probes
