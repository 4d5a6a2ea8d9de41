// SPDX-License-Identifier: Apache-2.0
//
// Which runs of an archive are going on now; for status, stop and top.
#pragma once

#include <string>
#include <vector>

#include "results/store/archive.hpp"

namespace soakrig::app {

// Newest last. An archive that cannot be read has none, with the error printed.
[[nodiscard]] std::vector<store::ArchivedRun> live_runs(const std::string& archive);

// The one that RUN names, or the only one when `run` is empty. Nothing, with the reason on stderr,
// when there is none, or several and no name.
[[nodiscard]] std::optional<store::ArchivedRun> pick_live_run(const std::string& archive,
                                                              const std::string& run);

}  // namespace soakrig::app
