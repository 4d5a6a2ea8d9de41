// SPDX-License-Identifier: Apache-2.0
//
// What every command's argument parsing shares. Include in .cpp files only: CLI11 is heavy.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <span>
#include <string>

namespace soakrig::app {

// Runs `parser` over `args`. An exit code when the command must end now: 0 after --help, 4 with one
// line on stderr for a usage error; nothing when it may go on.
[[nodiscard]] inline std::optional<int> parse_command_line(CLI::App& parser,
                                                           std::span<const std::string> args) {
  std::vector<std::string> reversed(args.rbegin(), args.rend());  // CLI11 pops from the back
  try {
    parser.parse(reversed);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    // The usage line is to be typed as it stands.
    std::fputs(parser.help("soakrig").c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "soakrig: %s: %s; see soakrig %s --help\n", parser.get_name().c_str(),
                 error.what(), parser.get_name().c_str());
    return 4;
  }
}

}  // namespace soakrig::app
