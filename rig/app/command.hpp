// SPDX-License-Identifier: Apache-2.0
//
// A command of the soakrig program: one file each, listed in commands.cpp. A command parses its own
// arguments (with command_line.hpp), composes what it needs, and returns its exit code.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace soakrig::app {

struct Command {
  std::string_view name;
  std::string_view summary;  // one line, for the list of commands
  int (*run)(std::span<const std::string> args);
};

// Sorted by name; what is listed here is built.
[[nodiscard]] std::span<const Command> commands();

}  // namespace soakrig::app
