// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/phase_times.hpp"

#include <algorithm>

namespace soakrig::analysis {

std::optional<Interval> phase_of(const RunView& run, const PhaseView& phase) {
  if (!phase.begin) return std::nullopt;
  return Interval{*phase.begin, std::max(*phase.begin, phase.end.value_or(run.now))};
}

std::optional<Interval> dwell_of(const RunView& run, const PhaseView& phase) {
  if (!phase.dwell_begin) return std::nullopt;
  const Nanos to = phase.dwell_end.value_or(phase.end.value_or(run.now));
  return Interval{*phase.dwell_begin, std::max(*phase.dwell_begin, to)};
}

}  // namespace soakrig::analysis
