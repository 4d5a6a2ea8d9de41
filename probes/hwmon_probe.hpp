// SPDX-License-Identifier: Apache-2.0
//
// Every hwmon chip: temperatures, voltages, currents, power, energy, humidity, fans, and one alarm
// per sensor (the highest of its alarm and fault files). Channels are hwmon.CHIP.LABEL.QUANTITY.
// An alarm here is a reading and no limiter: on PC super-I/O chips unconnected inputs alarm for
// ever. Chips whose alarms do mean a limit (Raspberry Pi, INA3221, soctherm) have their own probes.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_hwmon(HostFs& fs);

}  // namespace soakrig::probes
