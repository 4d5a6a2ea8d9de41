// SPDX-License-Identifier: Apache-2.0
//
// How a guard cuts the supplies of a run's boards: by registers of relays, or by the commands of
// the profile. Resolved beforehand, since it acts when nobody else can.
#pragma once

#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/instruments/guard/plan.hpp"

namespace soakrig::app {

// The same command with its program by its whole path: the guard may run it from another folder and
// with another PATH, as after a reboot.
[[nodiscard]] std::vector<std::string> for_guard(std::vector<std::string> argv);

// Of the boards whose power is switched by commands.
[[nodiscard]] std::vector<guard::BoardCommand> commands_off(const RunSpec& spec);
// Of those that hang on relays. Errors: as of plan_power_off and make_step.
[[nodiscard]] Result<std::vector<guard::Step>> relays_off(const RunSpec& spec);

}  // namespace soakrig::app
