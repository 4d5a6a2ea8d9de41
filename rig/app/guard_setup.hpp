// SPDX-License-Identifier: Apache-2.0
//
// From a run's resolved chamber to what its guard needs: the plan as registers, and the locks of
// the buses. Reads the device that was identified; writes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/base/run_spec.hpp"
#include "rig/control/guard_link.hpp"
#include "rig/instruments/bus.hpp"

namespace soakrig::app {

// Where the profile names no safe temperature: what people work in.
inline constexpr double kSafeTemperature = 23.0;
[[nodiscard]] double safe_temperature(const ChamberSpec& chamber);

struct GuardOrder {
  std::string run;                 // id
  std::optional<ProcessId> bench;  // that simulates the chamber
  std::vector<guard::BoardCommand> load_off;
  // Of the boards, by commands and by relays; carried out before the set-point.
  std::vector<guard::BoardCommand> power_off;
  std::vector<guard::Step> relays_off;
};

// `bus` speaks to the chamber's line. Errc::busy: another run, or a guard at work, has the bus;
// unsupported: an earlier trip on it has not been cleared.
[[nodiscard]] Result<control::GuardParts> set_up_guard(const RunSpec& spec, GuardOrder order,
                                                       instruments::ModbusBus& bus);

}  // namespace soakrig::app
