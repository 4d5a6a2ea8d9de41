// SPDX-License-Identifier: Apache-2.0
//
// What a profile's engines need: an engine file that can be read, options that it has, the work
// that speed is judged by, and the program, where a board is on this machine.
#pragma once

#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::app {

// One error for each thing that is missing, in the order of the profile.
[[nodiscard]] std::vector<Error> missing_engines(const RunSpec& spec);

}  // namespace soakrig::app
