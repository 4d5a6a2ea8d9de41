// SPDX-License-Identifier: Apache-2.0
//
// How long each CPU policy has run below its highest clock since boot, and how often it changed:
// cpu.policyN.time_below_max (s) and cpu.policyN.transitions. Counters see the dips that fall
// between two readings of the clock itself.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_cpufreq_stats(HostFs& fs);

// Sum of a time_in_state text ("kHz units-of-10ms" a line) over all clocks but the highest, in s.
[[nodiscard]] std::optional<double> parse_time_below_max(std::string_view text);

}  // namespace soakrig::probes
