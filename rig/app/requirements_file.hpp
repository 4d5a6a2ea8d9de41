// SPDX-License-Identifier: Apache-2.0
//
// A buyer's requirements as TOML (docs/formats/requirements.md) to plain data. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/report/compare/requirements.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

// Errc::invalid with file and line for anything that is no requirement, with the names there are.
[[nodiscard]] Result<std::vector<report::Requirement>> parse_requirements(std::string_view toml,
                                                                          const std::string& file);

}  // namespace soakrig::app
