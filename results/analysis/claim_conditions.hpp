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

// Whether the workload counts the kind of work that the claim is about; of others, such as memory, it
// need not.
[[nodiscard]] bool counts_it(const ClaimMeasure& what, const WorkloadSpec& work,
                             const BoardView& board);
// Empty when the workload exercised what was claimed: the workload, device, precision, density and
// model named, in the power mode named, and it counts the work that is claimed. `ready`: what it
// said of itself; without a density it is dense.
[[nodiscard]] std::string why_not_exercised(const Claim& claim, const ClaimMeasure& what,
                                            const WorkloadSpec& work, const Ready& ready,
                                            const BoardView& board);

struct PhaseChoice {
  std::vector<const PhaseAnalysis*> at;      // at the claimed ambient, or all when none is claimed
  std::vector<const PhaseAnalysis*> hotter;  // hotter than claimed
  std::string problem;                       // why `at` is empty
};
[[nodiscard]] PhaseChoice phases_for(const Claim& claim, std::span<const PhaseAnalysis> phases);

// Whether a thermal limiter is among the board's channels and was readable when announced.
[[nodiscard]] bool has_thermal_signal(const BoardView& board);

// What limits a speed. Where the claim is missed, the causes of the episodes in the sustained time
// with their share of it, or that nothing held it back although its peak is below the claim; with
// a bandwidth or a peak measured beside it also which of them bounds it. Absent otherwise.
[[nodiscard]] std::optional<std::string> bound_of(const ClaimContext& context, const Claim& claim,
                                                  const ClaimMeasure& what, const Measured& figures,
                                                  const PhaseAnalysis& phase,
                                                  const WorkAnalysis& work);

// What was found to bound the work that the claim is about; null for another kind of work.
[[nodiscard]] const LoadBound* load_of(const ClaimContext& context, const ClaimMeasure& what,
                                       const PhaseAnalysis& phase, const WorkAnalysis& work);

}  // namespace soakrig::analysis
