// SPDX-License-Identifier: Apache-2.0
//
// What the guard's folder says, for people and as JSON (docs/formats/guard_json.md). Pure.
#pragma once

#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/instruments/guard/plan.hpp"
#include "rig/instruments/guard/state.hpp"

namespace soakrig::app {

// One run in the guard's folder, as found.
struct GuardedRun {
  std::string run;
  Result<guard::GuardPlan> plan;
  Result<guard::GuardState> state;
  bool guard_alive = false, controller_alive = false;
};

// "armed", "lost", "tripped", or "unguarded": it should be armed, but nobody is there any more.
[[nodiscard]] std::string guard_standing(const GuardedRun& run);
[[nodiscard]] std::string guard_status_text(const std::vector<GuardedRun>& runs);
[[nodiscard]] std::string guard_status_json(const std::vector<GuardedRun>& runs);
// Why its files must not be removed now, with the remedy; nothing when they may be.
[[nodiscard]] Result<void> may_clear(const GuardedRun& run);

}  // namespace soakrig::app
