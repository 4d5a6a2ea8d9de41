// SPDX-License-Identifier: Apache-2.0
//
// Questions about the parts of a run that are asked again and again. Pure.
#pragma once

#include <string>
#include <vector>

#include "rig/control/run_engine.hpp"

namespace soakrig::control {

// An instrument measures this board's power.
[[nodiscard]] bool is_metered(const EngineParts& parts, const std::string& board);
// The relay of that name; null where there is none.
[[nodiscard]] instruments::Relay* find_relay(const EngineParts& parts, const std::string& name);
// In the order of the names.
[[nodiscard]] std::vector<WorkloadSpec> workloads_of(const RunSpec& spec, const std::vector<std::string>& names);

// How a resumed run reaches the board again: what it has of all its agents, and the work of the phase
// that it goes on with. `parts` has a resume point; its times are run time, those of `terms` boot time.
void take_up(LinkTerms& terms, const EngineParts& parts, std::size_t board, Nanos run_start);

}  // namespace soakrig::control
