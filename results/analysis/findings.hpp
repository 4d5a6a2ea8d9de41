// SPDX-License-Identifier: Apache-2.0
//
// What each rule found, and the verdict that follows. A finding that is not pass has a reason in
// words that a person can act on. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rig/base/verdict.hpp"

namespace soakrig::analysis {

struct Finding {
  Verdict verdict = Verdict::pass;
  std::string reason;
  // An inconclusive finding that a fault of the rig can have made: data or a phase is missing.
  bool for_want_of_data = false;
};

struct Ruling {
  Verdict verdict = Verdict::pass;
  std::vector<std::string> reasons;  // of the deciding findings first, then of the rest
};

// fail if any finding is; else error if one is, or if the rig had a fault and a finding lacks data;
// else inconclusive; else pass. Passes are told only where nothing else is.
[[nodiscard]] Ruling rule(std::span<const Finding> findings,
                          std::span<const std::string> rig_faults);

}  // namespace soakrig::analysis
