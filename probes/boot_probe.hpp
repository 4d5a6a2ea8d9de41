// SPDX-License-Identifier: Apache-2.0
//
// Whether the board is still on the boot it was on: board.uptime, and a board.boot event whenever
// the boot_id changes below a running agent (which only the tree of a virtual or replayed board can
// do; on a real one the agent goes down with it, and its next hello carries the new id).
#pragma once

#include <memory>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_boot(HostFs& fs);

// A boot_id is a UUID: 36 characters of lower-case hex and '-'.
[[nodiscard]] bool valid_boot_id(std::string_view id);

}  // namespace soakrig::probes
