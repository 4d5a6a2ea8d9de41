// SPDX-License-Identifier: Apache-2.0
//
// A profile's tree: rig/base/toml_value.hpp under the short name that this folder uses all over.
#pragma once

#include "rig/base/toml_value.hpp"

namespace soakrig::plan {

using Value = TomlValue;
using soakrig::describe;
using soakrig::parse_toml;

}  // namespace soakrig::plan
