// SPDX-License-Identifier: Apache-2.0
//
// How a program on a board is started through the system's OpenSSH client. The user's configuration,
// keys, jump hosts and host-key checks apply; nothing is ever asked for on a terminal. Pure.
//
// What ssh is given is one text that the login shell on the board takes apart again, so every word is
// quoted here for any shell that knows single quotes; a word with a control character is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/board_address.hpp"
#include "rig/base/result.hpp"

namespace soakrig::board {

// One word as a shell reads it back unchanged. Errc::invalid for control characters.
[[nodiscard]] Result<std::string> quote_word(std::string_view word);

// `exec` and the quoted words: the program takes the place of the shell that starts it.
[[nodiscard]] Result<std::string> remote_command(const std::vector<std::string>& argv);

// The ssh that runs `command` on the board, its standard streams being the command's. Of its own, so
// that no other connection's end is its end. $SOAKRIG_SSH_CONFIG names a configuration file to use in
// place of the user's.
[[nodiscard]] std::vector<std::string> ssh_argv(const BoardAddress& address,
                                                const std::string& command);

// The ssh that says how it would get there, without going, and the host of what it said: what the
// user's configuration has for an alias. Empty where it says none.
[[nodiscard]] std::vector<std::string> ssh_look_up_argv(const BoardAddress& address);
[[nodiscard]] std::string host_in(std::string_view said);

// Why ssh ended with 255, from what it said: one line and what to do about it.
[[nodiscard]] Error ssh_error(const BoardAddress& address, std::string_view said);

}  // namespace soakrig::board
