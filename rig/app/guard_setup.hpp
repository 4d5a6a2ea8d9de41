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
  std::vector<guard::LoadOff> load_off;
  std::vector<guard::Step> power_off;  // of the boards; carried out before the set-point
};

// `bus` speaks to the chamber's line. Errc::busy: another run, or a guard at work, has the bus;
// unsupported: an earlier trip on it has not been cleared.
[[nodiscard]] Result<control::GuardParts> set_up_guard(const RunSpec& spec, GuardOrder order,
                                                       instruments::ModbusBus& bus);

}  // namespace soakrig::app
