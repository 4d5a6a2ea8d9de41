// SPDX-License-Identifier: Apache-2.0
//
// What each rule found, as data, and the verdict that follows. A finding that is not pass has a
// reason in words that a person can act on; each names the evidence it rests on. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::analysis {

struct Finding {
  Verdict verdict = Verdict::pass;
  std::string reason = {};
  // An inconclusive finding that a fault of the rig can have made: data or a phase is missing.
  bool for_want_of_data = false;

  // "limit" "stability" "quality" "claim" "incidents" "coverage" "phase" "operator" "rig" "input"
  std::string rule = {};
  std::string name = {};  // which one of several: the claim's or the channel's name
  std::string board = {}, phase = {}, workload = {};
  std::optional<double> value = {}, lo = {}, hi = {};  // what was judged, with its interval
  std::optional<double> bar = {};                      // what it was held against
  std::string unit = {};
  std::optional<Interval> over = {};  // where the evidence lies
  std::string channel = {};           // and in which channel
};

struct Ruling {
  Verdict verdict = Verdict::pass;
  std::vector<std::string> reasons;  // of the deciding findings first, then of the rest
  std::vector<Finding> findings;     // all, rig faults included, the deciding ones first
};

// fail if any finding is; else error if one is, or if the rig had a fault and a finding lacks data;
// else inconclusive; else pass. Passes are told only where nothing else is.
[[nodiscard]] Ruling rule(std::span<const Finding> findings, std::span<const Finding> rig_faults);

}  // namespace soakrig::analysis
