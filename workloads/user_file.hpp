// SPDX-License-Identifier: Apache-2.0
//
// What a command line names instead of holding it: files of the user's, and keys.
#pragma once

#include <string>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

// Errc::full beyond 64 MiB; the system's error where it cannot be read.
[[nodiscard]] Result<std::string> read_user_file(const std::string& path);
// The API key of an environment variable, else of a file; either name may be empty. Errc::invalid:
// there is none there, or it holds blanks.
[[nodiscard]] Result<std::string> read_token(const std::string& variable, const std::string& file);

}  // namespace soakrig::workloads
