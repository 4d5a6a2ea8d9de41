// SPDX-License-Identifier: Apache-2.0
//
// An instrument that is only read here, one row a second. Source = the instrument's name; channels,
// those that the map has:
//   meter    NAME.power [W], NAME.voltage [V], NAME.current [A], NAME.energy [J]. With `board`
//   named,
//            the prefix is "board" instead: it is that board's board.power, and whoever stores it
//            files it under the board.
//   ambient  ambient.temperature [Cel], ambient.humidity [%]
// A meter whose power and energy counter disagree beyond its accuracy says so by an event
// (energy_check.hpp).
// For each also NAME.timeouts, NAME.crc_errors, NAME.bad_replies, NAME.late_replies,
// NAME.reconnects, NAME.stale, NAME.overruns: counts since the start.
#pragma once

#include <memory>

#include "rig/base/run_spec.hpp"
#include "rig/instruments/instrument.hpp"

namespace soakrig::instruments {

[[nodiscard]] Result<std::unique_ptr<Instrument>> make_meter(const InstrumentSpec& spec,
                                                             const Clock& clock);
[[nodiscard]] Result<std::unique_ptr<Instrument>> make_meter(const InstrumentSpec& spec,
                                                             std::shared_ptr<ModbusBus> bus,
                                                             const Clock& clock);

}  // namespace soakrig::instruments
