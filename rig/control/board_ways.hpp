// SPDX-License-Identifier: Apache-2.0
//
// Programs by which the rig looks at one board and brings it back, beside its agent's link. Each is started
// without a shell, for a bounded time. Empty = there is no such way.
#pragma once

#include <string>
#include <vector>

namespace soakrig::control {

struct BoardWays {
  std::vector<std::string> last_death;  // prints what the board keeps of its last end
  std::vector<std::string> knock;       // ends with 0 if programs can be run there
  std::vector<std::string> reboot;      // reboots it
  std::vector<std::string> ping;        // ends with 0 if the board's network answers
  std::string no_ping;                  // why there is no ping
  bool remote = false;                  // behind ssh
};

}  // namespace soakrig::control
