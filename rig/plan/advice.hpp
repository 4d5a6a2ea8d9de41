// SPDX-License-Identifier: Apache-2.0
//
// What is allowed in a profile and yet seldom meant: said by `soakrig check`, never a fault. Pure.
#pragma once

#include <string>
#include <vector>

#include "rig/base/run_spec.hpp"

namespace soakrig::plan {

// One sentence each, in the order of the profile's tables; empty when there is nothing to say.
[[nodiscard]] std::vector<std::string> advice(const RunSpec& spec);

}  // namespace soakrig::plan
