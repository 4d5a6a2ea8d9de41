// SPDX-License-Identifier: Apache-2.0
//
// Runs another program to its end, for a bounded time. No shell.
#pragma once

#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/board/child_process.hpp"

namespace soakrig::app {

struct BriefAnswer {
  board::ExitStatus status;
  std::string output;  // its standard output, at most 4 MiB
};

// argv[0] is looked up in PATH. Its standard error is ours. Errc::timeout: it was ended.
[[nodiscard]] Result<BriefAnswer> run_briefly(const std::vector<std::string>& argv, Nanos within);

}  // namespace soakrig::app
