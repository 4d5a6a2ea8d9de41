// SPDX-License-Identifier: Apache-2.0
//
// Finds engine files: by path (anything with a '/' or ending in .toml), else by name among those
// that come with soakrig: engines/ beside the program, where they lie on a board, then
// ../share/soakrig/engines, where a package installs them and a build tree links to the sources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "workloads/exec/engine_file.hpp"

namespace soakrig::workloads {

// Names of all engines there are, sorted.
[[nodiscard]] std::vector<std::string> engine_names();
// The file of an engine; Errc::not_found names the nearest one.
[[nodiscard]] Result<std::string> engine_path(std::string_view name_or_path);
// As engine_path; otherwise as parse_engine_file.
[[nodiscard]] Result<EngineFile> load_engine(std::string_view name_or_path);

// The options of a run: those of the file, set anew by NAME=VALUE, and {cores}. The error names an
// option that there is not, and one that must be given and is not.
[[nodiscard]] Result<std::map<std::string, std::string>> options_for(
    const EngineFile& engine, const std::vector<std::string>& set);

}  // namespace soakrig::workloads
