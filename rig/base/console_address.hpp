// SPDX-License-Identifier: Apache-2.0
//
// Where a board's serial console is heard: DEVICE or DEVICE?baud=N, eight bits, no parity. A name below
// /dev/serial/by-id stays the same when adapters are plugged in again.
#pragma once

#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig {

struct ConsoleAddress {
  std::string device;  // absolute
  int baud = 115200;
};

// Errc::invalid with what is wrong and what to write instead.
[[nodiscard]] Result<ConsoleAddress> parse_console_address(std::string_view text);

}  // namespace soakrig
