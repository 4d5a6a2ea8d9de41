// SPDX-License-Identifier: Apache-2.0
//
// Connects what a run measures and switches with: its instruments to the feed, its boards' supplies
// to the power control. On the run's thread, at its start.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/control/command_switch.hpp"
#include "rig/control/instrument_feed.hpp"
#include "rig/control/power_control.hpp"
#include "rig/control/run_engine.hpp"

namespace soakrig::control {

// `board` is empty for what is the rig's own.
using OnLimit = std::function<void(const LimitChange& change, const std::string& board)>;

// Starts them. An instrument's limits are those of its board and its own. `chamber` may be null;
// what is given by reference must outlive `feed`.
void feed_instruments(const EngineParts& parts, instruments::Chamber* chamber,
                      store::Writer& writer, InstrumentFeed& feed, const OnLimit& on_limit);

// The switches made here, for boards whose power is a command; they must outlive `power`.
[[nodiscard]] std::vector<std::unique_ptr<CommandSwitch>> connect_supplies(
    boost::asio::io_context& io, const EngineParts& parts, PowerControl& power);

}  // namespace soakrig::control
