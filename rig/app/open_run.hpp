// SPDX-License-Identifier: Apache-2.0
//
// RUN or RUN:BOARD, as a person typed it, to the run it names: what every command that reads a run
// begins with. Read-only.
#pragma once

#include <string>

#include "results/store/reader.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

struct OpenedRun {
  store::Reader reader;
  std::string board;  // empty = all
};

// `archive` as given by --archive; empty = by the environment, else ./soaks.
[[nodiscard]] Result<OpenedRun> open_run(const std::string& run, const std::string& archive);

// The document of `show --json` of its board, or of all; judges nothing that has been judged.
[[nodiscard]] Result<std::string> document_of(const OpenedRun& run);

// 4 for a name that means no run, 2 for a run that cannot be read.
[[nodiscard]] int exit_code_of(const Error& error);

}  // namespace soakrig::app
