// SPDX-License-Identifier: Apache-2.0
//
// Where the load client of an inference engine runs: on the board, as every workload does, or on
// the rig beside it (`client = "rig"`), so that it takes none of the board's CPU. Its command line
// says which, so the run's file does. Quality is always asked from the rig. Pure.
#pragma once

#include <string>
#include <string_view>

#include "rig/base/run_spec.hpp"

namespace soakrig {

// In an engine's address: the host of the board that is asked.
inline constexpr std::string_view kBoardHost = "{board}";

// It asks an engine behind an address: what that calls its model is a name, and no file.
[[nodiscard]] bool asks_engine(const WorkloadSpec& workload);

[[nodiscard]] bool asks_from_rig(const WorkloadSpec& workload);
// It runs on the rig for this board: one that is not the rig itself.
[[nodiscard]] bool asks_from_rig(const WorkloadSpec& workload, const BoardSpec& board);

// The address with kBoardHost filled in; an IPv6 host comes in brackets.
[[nodiscard]] std::string with_board_host(std::string_view url, std::string_view host);

}  // namespace soakrig
