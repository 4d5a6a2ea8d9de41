// SPDX-License-Identifier: Apache-2.0
//
// Thermal zones, keyed by type (their numbers move across boots), and soc.temperature: the one
// temperature that a verdict needs. Rule for it, in this order:
//   1. the hottest zone whose type names a CPU or SoC (is_soc_zone);
//   2. else the hottest input of a CPU's own hwmon driver (coretemp, k10temp, zenpower,
//   cpu_thermal);
//   3. else no_data. A board zone such as acpitz is never taken for it: many never move.
#pragma once

#include <memory>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_thermal_zone(HostFs& fs);

// Whether a zone of this type is a CPU, a CPU cluster or the SoC as a whole.
[[nodiscard]] bool is_soc_zone(std::string_view type);
// Whether a hwmon driver of this name measures the CPU itself.
[[nodiscard]] bool is_cpu_hwmon(std::string_view driver);

}  // namespace soakrig::probes
