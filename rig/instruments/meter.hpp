// SPDX-License-Identifier: Apache-2.0
//
// A power meter over a register map of kind "meter": read only, one row a second. Source = the
// instrument's name; channels NAME.power [W], NAME.voltage [V], NAME.current [A], NAME.energy [J]
// (those that the map has). With `board` named, the prefix is "board" instead: it is that board's
// board.power, and whoever stores it files it under the board.
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
