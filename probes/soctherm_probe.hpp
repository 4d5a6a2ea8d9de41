// SPDX-License-Identifier: Apache-2.0
//
// NVIDIA's over-current events (hwmon soctherm_oc), as counters since boot. On Orin (tegra234) OC1
// is under-voltage, OC2 average and OC3 instantaneous over-current, so they are limiters of that
// cause; OC3 may climb for hours without any effect, so speed decides what an episode did. On any
// other chip the meaning differs or is not documented: soctherm.ocN_events, and no limiter.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_soctherm(HostFs& fs);

}  // namespace soakrig::probes
