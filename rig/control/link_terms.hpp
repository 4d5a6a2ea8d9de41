// SPDX-License-Identifier: Apache-2.0
//
// How a board's agent is reached over a whole run, its interruptions included.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/time.hpp"
#include "rig/base/verdict.hpp"
#include "rig/control/board_ways.hpp"

namespace soakrig::control {

// What an interrupted run has of a board.
struct BoardMemory {
  std::map<std::string, std::uint64_t> have;  // last number stored of each stream
  std::map<std::string, ClockAnchor> clocks;  // newest anchor of each boot
};

// How the agent is reached over the whole run.
struct LinkTerms {
  std::string run;           // which a detached agent serves; empty: it lives as long as its pipes
  std::string controller;    // who asks for it
  Nanos patience = 0;        // a link that stays away longer is given up
  Blame blame = Blame::rig;  // whose fault a lost link is
  // Of a run that is gone on with, in the rig's boot time: since when nobody drove the board, what
  // is known of it, and which workloads may go on.
  std::optional<Nanos> gone_since = {};
  BoardMemory memory = {};
  std::vector<std::string> work = {};
  BoardWays ways = {};  // beside the agent's link
};

}  // namespace soakrig::control
