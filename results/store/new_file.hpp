// SPDX-License-Identifier: Apache-2.0
//
// Brings a run's file into being: whole, under its own name, never over another. A half-made file
// never carries the name of a run.
#pragma once

#include <string>

#include "results/store/model.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

// "NAME-ID.soak" with every character of the name that may trouble a shell or a disk replaced.
[[nodiscard]] std::string file_name(const RunHeader& header);

// Makes the folder if it is missing, and the file with its schema and header. Answers the path.
[[nodiscard]] Result<std::string> make_run_file(const std::string& archive_dir,
                                                const RunHeader& header);

}  // namespace soakrig::store
