// SPDX-License-Identifier: Apache-2.0
//
// Claims: a spec-sheet figure with its conditions against what the board sustained. A claim that
// the board should reach at least passes when the lower bound of sustained is at least claim_min x
// claimed, fails when the upper bound is below; one that it should stay under passes when the upper
// bound is at most (2 - claim_min) x claimed, fails when the lower bound is above. Between the two,
// and wherever the load did not exercise what was claimed, its accelerator sat idle or its traffic
// is more than the measured bandwidth, it is inconclusive with the reason.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/board_bounds.hpp"
#include "results/analysis/phase_analysis.hpp"
#include "results/analysis/ready_facts.hpp"

namespace soakrig::analysis {

struct ClaimContext {
  const RunView* run = nullptr;
  const BoardView* board = nullptr;
  std::span<const PhaseAnalysis> phases;
  std::span<const Episode> episodes;
  std::span<const Assertion> assertions;
  BoardBounds bounds;
  std::map<std::string, Ready> ready;  // by workload
};

// One result a claim, in the profile's order. A claim without an ambient holds in every phase that
// exercised it: the worst counts. With one it is judged in the phases within max(tolerance, 2 K) of
// it; where there is none, a hotter phase that still meets the claim proves it.
[[nodiscard]] std::vector<ClaimResult> judge_claims(const ClaimContext& context);

// Whether bigger is better, for a claim's name; the unit its value is in.
[[nodiscard]] bool claims_at_least(std::string_view name);
[[nodiscard]] std::string_view claim_unit(std::string_view name);

}  // namespace soakrig::analysis
