// SPDX-License-Identifier: Apache-2.0
//
// Rehearses both reactions of the guard on the chamber of a profile: a controller that is killed,
// and a trip. The chamber is set some kelvin away from its safe set-point, no further.
#pragma once

#include <string>

#include "rig/base/run_spec.hpp"
#include "rig/instruments/guard/files.hpp"

namespace soakrig::app {

// Prints what it does and how long each reaction took. Errc::unsupported: there is nothing to
// rehearse on; timeout: a reaction was not complete in time (its files stay, see guard status).
[[nodiscard]] Result<void> drill_guard(const RunSpec& spec, const guard::Files& files,
                                       const Clock& clock);

// The set-point that a rehearsal begins from: near the safe one, and within the limits.
[[nodiscard]] double drill_set_point(const ChamberSpec& chamber);

}  // namespace soakrig::app
