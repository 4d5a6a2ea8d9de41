// SPDX-License-Identifier: Apache-2.0
//
// The rules of a verdict other than those on speed (speed_rules.hpp): each one judged is a finding
// with its figure, its bar and where the evidence lies. Pure.
#pragma once

#include <span>
#include <vector>

#include "results/analysis/coverage.hpp"
#include "results/analysis/findings.hpp"
#include "results/analysis/judgement.hpp"
#include "results/analysis/limits.hpp"

namespace soakrig::analysis {

// A breach with action stop or trip fails its board; on a channel of the rig it is an error.
[[nodiscard]] std::vector<Finding> judge_limits(std::span<const Breach> breaches);

// A claim that nothing exercised has the whole run as its evidence.
[[nodiscard]] std::vector<Finding> claim_findings(const RunView& run,
                                                  std::span<const ClaimResult> claims);

// Those with blame board or unknown against max_incidents.
[[nodiscard]] Finding judge_incidents(const RunView& run, std::span<const Incident> incidents);

// One for each channel below coverage_min; one pass where there is none.
[[nodiscard]] std::vector<Finding> judge_coverage(const RunView& run, const Coverage& coverage);

// Phases that did not finish their dwell, and an operator who stopped the run.
[[nodiscard]] std::vector<Finding> judge_course(const RunView& run);

// What was stored but cannot be meant: clocks that ran backwards, a channel that changed its unit,
// more episodes than anybody can tell apart. Inconclusive: figures made of it prove nothing.
[[nodiscard]] std::vector<Finding> judge_input(const RunView& run, const BoardView& board,
                                               std::span<const Episode> episodes);
inline constexpr std::size_t kMostEpisodes = 5000;

// What went wrong on the rig's side, of this board or of all: incidents with blame rig, rig.fault
// and trip events. They count where a rule could not be judged for want of data (findings.hpp).
[[nodiscard]] std::vector<Finding> rig_faults(const RunView& run, std::string_view board,
                                              std::span<const Incident> incidents);

}  // namespace soakrig::analysis
