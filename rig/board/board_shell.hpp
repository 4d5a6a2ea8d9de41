// SPDX-License-Identifier: Apache-2.0
//
// The script that a board's POSIX shell runs while files are brought to it, and the dialogue with it.
// Over one ssh connection: a line asks, a line answers, and what follows a `put` is the file itself.
// Nothing but a shell, head and a program that makes SHA-256 sums is used. The first refusal ends the
// script, so that no byte of a file is ever taken for a question. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig::board {

// What ssh is told to run. `folder` is where files are kept; empty = soakrig in the user's cache.
[[nodiscard]] std::string shell_command(const std::string& folder);

// Its first lines are "soakrig-board 1", "machine M" (as uname -m says) and "folder F" (absolute).

// Questions, each one line. `place` is relative to the folder: letters, digits, '.', '_', '-', '/'.
[[nodiscard]] std::string ask_sum(std::string_view place);
[[nodiscard]] std::string ask_put(std::string_view place, std::uint64_t bytes,
                                  std::string_view sha256);  // then the bytes
[[nodiscard]] std::string ask_try(std::string_view place);   // runs it with --version
[[nodiscard]] std::string ask_folder(std::string_view place);

// "WORD rest" of an answer; control characters of the rest are left out. `no` is a refusal.
struct Reply {
  std::string word, rest;
};
[[nodiscard]] Reply parse_reply(std::string_view line);

// What a refusal means: place and remedy named.
[[nodiscard]] Error refusal(const std::string& folder, const std::string& reason);

}  // namespace soakrig::board
