// SPDX-License-Identifier: Apache-2.0
//
// Trouble on order: KIND[=PARAMETER][:TARGET]@TIME[+DURATION], TIME counted from the bench's start.
//   crash:NAME, hang:NAME      a workload is told to crash or hang inside itself (SIGUSR1,
//   SIGUSR2);
//                              it waits for the workload if that does not run at TIME
//   freeze:CHANNEL             the channel's file stops changing
//   vanish:CHANNEL             the channel's file empties and disappears, as a driver that unbinds
//   chamber-stall, meter-stall the device stops answering
//   chamber-freeze             the chamber's temperature reading stops changing
//   gone:DEVICE                its adapter or gateway is pulled: the line breaks
//   any kind of wire_fault.hpp, such as late=700ms:meter or exception=11:chamber, concerns each
//                              request to that DEVICE: chamber, meter, relay, ambient, device1…
// Without DURATION a fault lasts. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/virtual/wire_fault.hpp"

namespace soakrig::virtual_bench {

enum class FaultKind : std::uint8_t {
  crash,
  hang,
  freeze,
  vanish,
  chamber_stall,
  chamber_freeze,
  meter_stall,
  gone,
  wire,
};

struct Fault {
  FaultKind kind = FaultKind::crash;
  std::string target;  // workload, channel or device, empty where the kind has none
  WireFault wire{};    // of kind wire
  Nanos at = 0;        // since the bench's start
  Nanos duration = 0;  // 0 = for ever
  std::string text;    // as it was written

  [[nodiscard]] bool active(Nanos since_start) const {
    return since_start >= at && (duration == 0 || since_start < at + duration);
  }
};

// Errc::invalid with the kinds there are, or the channels that a bench has.
[[nodiscard]] Result<Fault> parse_fault(std::string_view text);

}  // namespace soakrig::virtual_bench
