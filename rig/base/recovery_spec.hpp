// SPDX-License-Identifier: Apache-2.0
//
// How a board that is down is brought back, as a profile says it: one rung after the other, the gentlest
// first. By the names of the boards beside the run's specification. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/time.hpp"

namespace soakrig {

struct RecoverySpec {
  Nanos wait = 2 * kMinute;              // for it to come back by itself, before the first rung
  Nanos boot = 3 * kMinute;              // to come back after a rung, before the next
  std::vector<std::string> reboot_argv;  // a program on the board, over ssh; empty = no such rung
  int reboots = 1;                       // by it, over the run; power-cycles are PowerSpec::recover
};

using RecoverySpecs = std::map<std::string, RecoverySpec>;

// The stored form of a run's specification with them as one more member, "recoveries".
[[nodiscard]] std::string with_recoveries(const std::string& spec_json, const RecoverySpecs& specs);
// Out of it; empty where there are none, as in a run of an older version.
[[nodiscard]] RecoverySpecs recoveries_of(std::string_view spec_json);

}  // namespace soakrig
