// SPDX-License-Identifier: Apache-2.0
//
// Why a board that nobody asked came up again, by what was last heard of it. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "results/analysis/run_view.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::analysis {

struct ResetReason {
  IncidentClass kind = IncidentClass::unknown_reset;
  Blame blame = Blame::unknown;
  std::string evidence;  // what was heard and when; empty = nothing
  Nanos at = 0;          // when it was heard; of an unknown reset the boot
};

// From the events of the ten minutes before a boot at `boot`, the first that applies: an operator
// who rebooted it; in the kernel log a shutdown for heat, a panic or oops, a lockup or stall
// (blame board), under-voltage (power-loss, blame unknown: supply and board share it). Else
// unknown-reset: silence proves nothing.
[[nodiscard]] ResetReason reset_reason(std::span<const Event> events, std::string_view board,
                                       Nanos boot);

}  // namespace soakrig::analysis
