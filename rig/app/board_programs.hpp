// SPDX-License-Identifier: Apache-2.0
//
// The programs that are brought to a board, soakrig-agent and soakrig-work (which needs no TLS there),
// for its architecture: each below $SOAKRIG_BOARD_PROGRAMS/MACHINE, beside an installed soakrig in lib/soakrig/boards/MACHINE, in
// a build tree's build/arm64/bin, or beside this program where the board is like this machine.
#pragma once

#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/board/deploy.hpp"

namespace soakrig::app {

inline constexpr std::uint64_t kMostOnBoard = 10'000'000;  // both together

// "x86_64" or "aarch64" for what uname -m says; empty for what no agent is built for.
[[nodiscard]] std::string architecture(const std::string& machine);

// What an ELF file is made for ("x86_64", "aarch64", else ""), and whether it needs a loader.
struct ProgramKind {
  std::string architecture;
  bool dynamic = false;
};
[[nodiscard]] Result<ProgramKind> program_kind(const std::string& path);

// `programs` is the folder of this program. Errors: no agent for that machine, one that is not built,
// one that is dynamic, of another machine or too large.
[[nodiscard]] Result<std::vector<board::Cargo>> board_programs(const std::string& machine,
                                                               const std::string& programs);

// Size and SHA-256 of a file here, as a piece of data (kept on the board by its sum).
[[nodiscard]] Result<board::Cargo> weigh(const std::string& path);

}  // namespace soakrig::app
