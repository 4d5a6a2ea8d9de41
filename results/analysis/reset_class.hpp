// SPDX-License-Identifier: Apache-2.0
//
// Why a board came up again: one class, its evidence and whose fault it was. Pure.
#pragma once

#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::analysis {

struct ResetReason {
  IncidentClass kind = IncidentClass::unknown_reset;
  Blame blame = Blame::unknown;
  std::vector<std::string> evidence;  // the most telling first; empty = nothing was heard
  Nanos at = 0;                       // when it was first felt; of an unknown reset the boot
};

}  // namespace soakrig::analysis
