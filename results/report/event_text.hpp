// SPDX-License-Identifier: Apache-2.0
//
// An event in words, one line, for the status line and the terminal view. Pure.
#pragma once

#include <string>

#include "rig/base/event.hpp"

namespace soakrig::report {

// Empty for events that are bookkeeping (facts, notes, first start of a workload).
[[nodiscard]] std::string event_text(const Event& event);

}  // namespace soakrig::report
