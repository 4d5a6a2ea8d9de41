// SPDX-License-Identifier: Apache-2.0
//
// What the canary of a workload found over a time: a fixed prompt asked greedily between the load's
// own requests, whose answer must stay what it was on the cold board (docs/formats/openai_load.md).
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/run_view.hpp"
#include "rig/base/event.hpp"

namespace soakrig::analysis {

struct CanaryFigures {
  std::string off;                        // why it judges nothing; empty = it is on
  std::optional<std::uint64_t> accepted;  // different cold answers that count as right
  std::uint64_t asked = 0, same = 0, near_ties = 0, suspected = 0;
  std::uint64_t tokens = 0;  // compared
  // Corrupted tokens in a million, at most, at 95 % confidence. Absent: nothing was compared.
  [[nodiscard]] std::optional<double> upper_per_million() const;
};

// Absent: the workload has no canary, or said nothing of one. `range`: as of histograms, in whose
// events the counts come; they are totals of an instance.
[[nodiscard]] std::optional<CanaryFigures> canary_of(std::span<const Event> events,
                                                     std::string_view board,
                                                     std::string_view workload,
                                                     const Interval& range);

// Of every workload of a board that has one, phase by phase.
struct PhaseCanary {
  std::string phase, workload;
  CanaryFigures figures;  // of the dwell
};
[[nodiscard]] std::vector<PhaseCanary> canaries_of(const RunView& run, std::string_view board);

}  // namespace soakrig::analysis
