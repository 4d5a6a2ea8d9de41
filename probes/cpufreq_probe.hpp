// SPDX-License-Identifier: Apache-2.0
//
// CPU clocks: cpu.frequency (the fastest policy now), and per policy its clock, its cap
// (scaling_max_freq, lowered by a user or by thermal control) and the most its hardware can do.
// On some boards (Raspberry Pi) this is the clock that was asked for; firmware may give less.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_cpufreq(HostFs& fs);

}  // namespace soakrig::probes
