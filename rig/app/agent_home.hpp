// SPDX-License-Identifier: Apache-2.0
//
// Where detached agents on this machine keep their state, and how those of a run that nobody drives
// any more are ended.
#pragma once

#include <string>
#include <vector>

#include "rig/base/run_spec.hpp"

namespace soakrig::app {

// $SOAKRIG_AGENT_DIR, else $XDG_STATE_HOME/soakrig/agents, else ~/.local/state/soakrig/agents, else
// (no home, as for a service) /var/lib/soakrig/agents.
[[nodiscard]] std::string agent_home();

// Of the run's n-th board, if that is this machine.
[[nodiscard]] std::string agent_state(const std::string& run, std::size_t board);

// Of the agent here that asks the engine of the run's n-th board, which is elsewhere.
[[nodiscard]] std::string client_state(const std::string& run, const RunSpec& spec,
                                       std::size_t board);

// Ends what lives of the run's agents here, with their workloads; how many there were. What they
// had to say stays in their spools, for `soakrig resume`.
[[nodiscard]] int end_agents(const std::string& run, const RunSpec& spec);

// Of a run that has ended for good: nothing of its agents here lives or stays behind.
void clear_agents(const std::string& run, const RunSpec& spec);

}  // namespace soakrig::app
