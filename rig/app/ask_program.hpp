// SPDX-License-Identifier: Apache-2.0
//
// Runs another program to its end: a little text in, a little text out. No shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::app {

struct Answer {
  int exit_code = 0;   // 128 + the signal, where one ended it
  std::string output;  // its standard output, at most 1 MiB
};

// `input` (at most 4 KiB) is its standard input. Its standard error is ours, or nowhere when quiet.
// argv[0] is looked up in PATH; Errc::not_found when there is no such program.
[[nodiscard]] Result<Answer> ask_program(const std::vector<std::string>& argv,
                                         std::string_view input, bool quiet);

}  // namespace soakrig::app
