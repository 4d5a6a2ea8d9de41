// SPDX-License-Identifier: Apache-2.0
//
// The agents of this user below one folder, whoever started them and whether they live or not; and
// how one that nobody wants any more is ended with all that it kept. Other users' are not looked
// at.
#pragma once

#include <string>
#include <vector>

#include "rig/base/resident.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::agent {

// By name. A folder that is not there has none.
[[nodiscard]] std::vector<Resident> residents(const std::string& folder, const Clock& clock);

// Ends the agent of this state folder, its workloads with it, and deletes the folder, what was not
// acknowledged too. Good where there is none. Errc::invalid: it is no such folder; unsupported: it
// is another user's; timeout: the agent cannot be ended.
[[nodiscard]] Result<void> clear_agent(const std::string& state, const Clock& clock);

}  // namespace soakrig::agent
