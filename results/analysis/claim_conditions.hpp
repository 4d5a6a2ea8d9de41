// SPDX-License-Identifier: Apache-2.0
//
// The conditions of a claim: which phases and workloads it is about, why a load did not exercise
// it, and what bounded the figure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/analysis/claim_measure.hpp"

namespace soakrig::analysis {

inline constexpr double kAmbientTolerance = 2.0;  // K, as good as an uncontrolled room gets

// The conditions that the profile states, by their key.
[[nodiscard]] std::map<std::string, std::string> conditions_of(const Claim& claim);

// Empty when the workload exercised what was claimed: the workload, device, precision and model
// named, on a dense model, in the power mode named, and it counts the work that is claimed.
[[nodiscard]] std::string why_not_exercised(const Claim& claim, const ClaimMeasure& what,
                                            const WorkloadSpec& work, const BoardView& board);

struct PhaseChoice {
  std::vector<const PhaseAnalysis*> at;      // at the claimed ambient, or all when none is claimed
  std::vector<const PhaseAnalysis*> hotter;  // hotter than claimed
  std::string problem;                       // why `at` is empty
};
[[nodiscard]] PhaseChoice phases_for(const Claim& claim, std::span<const PhaseAnalysis> phases);

// Whether a thermal limiter is among the board's channels and was readable when announced.
[[nodiscard]] bool has_thermal_signal(const BoardView& board);

// What limits a speed: the causes of the episodes in the sustained time with their share of it, or
// that nothing held it back although its peak is below the claim. Absent when the claim is met.
[[nodiscard]] std::optional<std::string> bound_of(const ClaimContext& context, const Claim& claim,
                                                  const ClaimMeasure& what, const Measured& figures,
                                                  const WorkAnalysis& work);

}  // namespace soakrig::analysis
