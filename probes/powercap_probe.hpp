// SPDX-License-Identifier: Apache-2.0
//
// RAPL energy by zone: rapl.ZONE.energy (J since the agent's start, wraps taken out) and
// rapl.ZONE.power (W, mean since the last reading). A model of the CPU, not a measured supply.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_powercap(HostFs& fs);

}  // namespace soakrig::probes
