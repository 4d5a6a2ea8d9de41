// SPDX-License-Identifier: Apache-2.0
//
// The event that stands where rows are missing. Pure.
#pragma once

#include <string_view>

#include "rig/base/event.hpp"

namespace soakrig::store {

// from and to in run time; `reason` says why, in words.
[[nodiscard]] Event gap_event(std::string_view board, std::string_view source, Nanos from, Nanos to,
                              std::string_view reason);

}  // namespace soakrig::store
