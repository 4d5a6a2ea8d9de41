// SPDX-License-Identifier: Apache-2.0
//
// Where a board is that is reached over ssh: ssh://[user@]host[:port][/folder]. The host is a name
// (also an alias of the user's own ssh configuration), an IPv4 address or an IPv6 address in
// brackets. The folder, on the board, is where programs and models are kept; without one it is the
// user's cache there. Every part is checked against a short alphabet, so that none can be taken for
// an option or mean anything to a shell.
#pragma once

#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig {

inline constexpr std::string_view kSshScheme = "ssh://";

struct BoardAddress {
  std::string user;    // empty = as the ssh configuration says
  std::string host;    // without brackets
  int port = 0;        // 0 = as the ssh configuration says
  std::string folder;  // absolute, empty = the user's cache

  // user@host:port as a person writes it, without the folder.
  [[nodiscard]] std::string text() const;
};

// Errc::invalid with what is wrong and what to write instead.
[[nodiscard]] Result<BoardAddress> parse_board_address(std::string_view text);

}  // namespace soakrig
