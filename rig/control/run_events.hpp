// SPDX-License-Identifier: Apache-2.0
//
// What a run says of itself: events and messages as they are stored and sent. Pure.
#pragma once

#include <string>

#include "rig/base/event.hpp"
#include "rig/control/limit_watch.hpp"

namespace soakrig::control {

// A limit that broke or holds again; an empty board is the rig itself.
[[nodiscard]] Event limit_event(const LimitChange& change, const std::string& board);
// The air came from one temperature to another for good, in Cel: how fast it really did.
[[nodiscard]] Event settled_event(double from, double to, Nanos took);
// The JSON object that a notification program gets of an event of this run.
[[nodiscard]] std::string notification(const Event& event, const std::string& run,
                                       const std::string& file, Nanos utc);

}  // namespace soakrig::control
