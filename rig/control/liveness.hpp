// SPDX-License-Identifier: Apache-2.0
//
// The liveness ladder: what a board that is no longer heard may still do, from the most to the least
// that it needs: its agent's heartbeat, ssh, the serial console, an answer to a ping, a supply
// current. What cannot be looked at is unknown, which is neither yes nor no. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::control {

enum class Sign : std::uint8_t { unknown, silent, refuses, alive };

struct LivenessRung {
  std::string name;  // heartbeat, ssh, console, ping, supply
  Sign sign = Sign::unknown;
  std::string why;   // what was seen, or why it cannot be looked at
};

enum class Liveness : std::uint8_t {
  well,         // it runs programs over ssh; only its agent is not heard
  no_service,   // something on it answers, its ssh server lets nobody in
  talking,      // its console speaks: it boots, or dies
  wedged,       // silent on every rung that can be looked at, and its supply is on
  off,          // its meter says that it has no supply
  unreachable,  // nothing is heard of it, and nothing proves more
};

[[nodiscard]] std::string_view to_string(Sign sign);
[[nodiscard]] std::string_view to_string(Liveness liveness);

// `rungs`: as named above; one that is missing is unknown. Wedged needs a supply that is known to be on
// and a console or a ping that was looked at in vain.
[[nodiscard]] Liveness judge_liveness(const std::vector<LivenessRung>& rungs);

}  // namespace soakrig::control
