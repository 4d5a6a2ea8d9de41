// SPDX-License-Identifier: Apache-2.0
//
// Finds register maps: by path (anything with a '/' or ending in .toml), else by name among the
// maps that come with soakrig: ../share/soakrig/maps from the running program's folder, which is
// where a package installs them and where a build tree links to the sources.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {

// The folder of the maps that come with soakrig.
[[nodiscard]] std::string map_folder();
// Names of all maps found there, sorted.
[[nodiscard]] std::vector<std::string> map_names();
// Errc::not_found names the nearest map; otherwise as parse_register_map.
[[nodiscard]] Result<RegisterMap> load_register_map(std::string_view name_or_path);

}  // namespace soakrig::instruments
