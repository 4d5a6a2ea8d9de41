// SPDX-License-Identifier: Apache-2.0
//
// An instrument that does not speak Modbus: a program that reads it and says so in the workload
// protocol (docs/formats/workload_protocol.md), {"ready":true,"facts":{…}} first and then
// {"gauge":{"power":12.4}} for each reading. Source = the instrument's name; each gauge that the
// profile declares is a channel: NAME.GAUGE, or board.GAUGE where the instrument names a board, and
// NAME.lines, NAME.garbage, NAME.dropped, NAME.restarts count.
//
// A row is made when every gauge was said anew. What is not said for three periods is stale, and a
// program that has ended is an error with its last words; it is started again for ever, with a
// growing wait, and killed where it says nothing for a minute. It is hostile: lines, rows and text
// are bounded. The facts "model" and "serial" must stay what they were at the run's start, and
// "simulated" = "true" makes its channels simulated.
#pragma once

#include <memory>

#include "rig/base/run_spec.hpp"
#include "rig/instruments/instrument.hpp"

namespace soakrig::instruments {

// Starts nothing yet: identify() does, on a thread of its own. Errc::invalid for a spec without
// program or gauges. `clock` must outlive it.
[[nodiscard]] Result<std::unique_ptr<Instrument>> make_exec_instrument(const InstrumentSpec& spec,
                                                                       const Clock& clock);

}  // namespace soakrig::instruments
