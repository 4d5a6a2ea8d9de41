// SPDX-License-Identifier: Apache-2.0
//
// From the boards of a profile to what drives them: which can be reached and how, the command line
// of each one's agent, of the client that asks its engine from here, and of what stops its load.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/app/reach_boards.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/control/run_engine.hpp"
#include "rig/instruments/guard/plan.hpp"

namespace soakrig::app {

// A board and how programs are started on it.
struct Way {
  std::string host_of_ping, no_ping = "it is this machine";  // one of them is empty
  std::optional<ReachedBoard> remote;                        // else this machine
  std::string refused;          // why it cannot be reached; empty = it can
  std::string pid_file;         // there; empty = not written
  std::string client_pid_file;  // here, of the agent that asks its engine; likewise

  // The command line that runs the agent there with these arguments.
  [[nodiscard]] Result<std::vector<std::string>> agent(std::vector<std::string> args) const;
};

// Of every board, in order. One that cannot be reached is left to itself as long as there is
// another; puts programs and models there that are missing, which may take seconds.
[[nodiscard]] Result<std::vector<Way>> find_ways(const RunSpec& spec);

// How the load of every board is stopped by who did not start it.
[[nodiscard]] Result<std::vector<guard::BoardCommand>> load_off(const RunSpec& spec,
                                                                const std::vector<Way>& ways);

// Agents, links and facts of the boards. `asked`: the boards as the profile has them, before names
// were resolved.
[[nodiscard]] Result<void> set_up_boards(const RunSpec& spec, const std::vector<BoardSpec>& asked,
                                         const std::string& run, const std::vector<Way>& ways,
                                         control::EngineParts& parts);
// The agents here that ask engines of boards elsewhere. They read no probes: what this machine
// shows is not the board's.
void set_up_clients(const RunSpec& spec, const std::string& run, const std::vector<Way>& ways,
                    control::EngineParts& parts);

}  // namespace soakrig::app
