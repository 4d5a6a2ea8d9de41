// SPDX-License-Identifier: Apache-2.0
//
// board.power: the most complete power reading that the board itself has, chosen once, in this
// order:
//   1. a hwmon input labelled as the board's supply: VDD_IN or POM_5V_IN (Jetson INA3221, volts
//      times amperes where the chip gives no watts), or a power input labelled board, total,
//      system, input or psys;
//   2. RAPL psys (the platform as a laptop's firmware sees it);
//   3. the sum of RAPL package and dram zones: the CPU and its memory only.
// The channel's source says which; a meter outside the board is better than any of them.
#pragma once

#include <memory>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_board_power(HostFs& fs);

// Whether a hwmon label names the board's whole supply.
[[nodiscard]] bool is_supply_label(std::string_view label);

}  // namespace soakrig::probes
