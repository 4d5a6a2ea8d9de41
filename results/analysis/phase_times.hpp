// SPDX-License-Identifier: Apache-2.0
//
// When a phase and its dwell really were, also for a phase under way.
#pragma once

#include <optional>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// A silence of a workload longer than this breaks its progress: what happened in it is not known.
inline constexpr Nanos kLongestGap = 10 * kMinute;

// From its begin to its end, or to the last thing stored.
[[nodiscard]] std::optional<Interval> phase_of(const RunView& run, const PhaseView& phase);
// From dwell_begin to dwell_end, to the phase's end, or to the last thing stored.
[[nodiscard]] std::optional<Interval> dwell_of(const RunView& run, const PhaseView& phase);

}  // namespace soakrig::analysis
