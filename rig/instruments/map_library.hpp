// SPDX-License-Identifier: Apache-2.0
//
// Finds register maps: by path (anything with a '/' or ending in .toml), else by name among the
// maps that come with soakrig: ../share/soakrig/maps beside the running program when installed, the
// source folder when run from a build tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {

// Folders searched, first match wins.
[[nodiscard]] std::vector<std::string> map_folders();
// Names of all maps found there, sorted.
[[nodiscard]] std::vector<std::string> map_names();
// Errc::not_found names the nearest map; otherwise as parse_register_map.
[[nodiscard]] Result<RegisterMap> load_register_map(std::string_view name_or_path);

}  // namespace soakrig::instruments
