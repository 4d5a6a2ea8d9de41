// SPDX-License-Identifier: Apache-2.0
//
// Pressure stall information of the machine that runs the workloads: pressure.RESOURCE.some and
// .full, the share of the time between two readings in which some, or all, runnable tasks waited
// for cpu, memory or io, in per cent. Formula: growth of "total" (microseconds) / time passed,
// which is exact where the kernel's own avg10 is smoothed. limiter.memory-pressure.stall is 1 while
// memory's full share is kStallPercent or more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

inline constexpr double kStallPercent = 5;

[[nodiscard]] std::unique_ptr<Probe> make_pressure(HostFs& fs);

// Microseconds since boot of the line that begins with `kind` ("some" or "full").
[[nodiscard]] std::optional<std::uint64_t> parse_pressure_total(std::string_view text,
                                                                std::string_view kind);

}  // namespace soakrig::probes
