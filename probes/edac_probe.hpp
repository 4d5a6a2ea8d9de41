// SPDX-License-Identifier: Apache-2.0
//
// Memory errors counted by the memory controllers since boot: edac.mcN.corrected and
// edac.mcN.uncorrected.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_edac(HostFs& fs);

}  // namespace soakrig::probes
