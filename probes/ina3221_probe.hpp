// SPDX-License-Identifier: Apache-2.0
//
// Supply rails measured on the board by INA3221 chips (Jetson modules): rail.LABEL.voltage,
// .current and .power (volts times amperes, read one after the other), and the chip's own current
// alarms as limiter.over-current.LABEL_crit and _max. The chip's "sum of shunt voltages" input is
// no rail.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_ina3221(HostFs& fs);

}  // namespace soakrig::probes
