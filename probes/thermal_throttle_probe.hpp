// SPDX-License-Identifier: Apache-2.0
//
// Intel's own count of thermal throttling, per core and per package, since boot:
// limiter.thermal.core_throttle and limiter.thermal.package_throttle (sums over cores and
// packages), limiter.power-cap.package_limit (only with the boot argument int_pln_enable), and the
// time spent so, in s; the kernel adds an event's time when the event ends.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_thermal_throttle(HostFs& fs);

}  // namespace soakrig::probes
