// SPDX-License-Identifier: Apache-2.0
//
// cpu.steal: the share of all cores' time that a hypervisor gave to somebody else, in per cent of
// the time between two readings. Always of the real machine: it says whether speeds measured here
// can be believed, whatever tree the board's own readings come from.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_steal(HostFs& fs);

}  // namespace soakrig::probes
