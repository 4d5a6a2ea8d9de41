// SPDX-License-Identifier: Apache-2.0
//
// From a profile's file to a soak that may start: read, timed, and with room for what it will
// store.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "rig/app/run_soak.hpp"
#include "rig/plan/profile.hpp"

namespace soakrig::app {

// The order, or the exit code of why there is none: 4 for a bad profile, 2 without room. Prints
// what is wrong.
[[nodiscard]] std::variant<SoakOrder, int> soak_order(const std::string& profile,
                                                      std::span<const std::string> overrides,
                                                      const std::string& archive,
                                                      plan::Additions additions = {});

}  // namespace soakrig::app
