// SPDX-License-Identifier: Apache-2.0
//
// Cooling devices, keyed by type. One that throttles (a state above 0 means that the kernel holds a
// clock down for heat) is the limiter limiter.thermal.TYPE_state; a fan is fan.TYPE.state; anything
// else (a display, a charger, a TCC offset set once by firmware) is cooling.TYPE.state and no
// limiter. Several devices of one type are one channel, the highest state of them: ACPI has one
// "Processor" per CPU.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_cooling_device(HostFs& fs);

enum class CoolingKind : std::uint8_t { throttle, fan, other };
[[nodiscard]] CoolingKind cooling_kind(std::string_view type);

}  // namespace soakrig::probes
