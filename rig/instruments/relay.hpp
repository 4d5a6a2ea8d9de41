// SPDX-License-Identifier: Apache-2.0
//
// A board of relays over a register map of kind "relay": what feeds the boards' power. Source = the
// instrument's name, one row a second: NAME.switch1, NAME.switch2… as the relay says they stand,
// and the counters of every instrument (meter.hpp). An order is made only where the switch stands
// otherwise, and proven by reading the switch; that the power really went is for a meter to say.
#pragma once

#include <memory>

#include "rig/base/run_spec.hpp"
#include "rig/instruments/instrument.hpp"
#include "rig/instruments/power_switch.hpp"

namespace soakrig::instruments {

// Thread-safe, but for destruction. Orders do not block; a newer order for a switch replaces the
// older one.
class Relay : public Instrument, public PowerSwitch {};

// spec.connect must be an address. Errors: the map, the connect string.
[[nodiscard]] Result<std::unique_ptr<Relay>> make_relay(const InstrumentSpec& spec,
                                                        std::shared_ptr<ModbusBus> bus,
                                                        const Clock& clock);

}  // namespace soakrig::instruments
