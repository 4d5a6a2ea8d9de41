// SPDX-License-Identifier: Apache-2.0
//
// A site file (docs/formats/suit.md) to plain data, with the cost file and the link's trace that it
// names: paths are taken from the folder of the site file.
#pragma once

#include <string>

#include "results/report/decision/suit_case.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

// Reads up to three files. The first fault, with the file and line in which it stands.
[[nodiscard]] Result<report::SitePlan> read_site(const std::string& file);

}  // namespace soakrig::app
