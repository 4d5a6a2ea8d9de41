// SPDX-License-Identifier: Apache-2.0
//
// The steps in the speed of every workload and phase, and the shape of each dwell
// (change_points.hpp on the windows of phase_analysis.hpp).
#pragma once

#include <vector>

#include "results/analysis/phase_analysis.hpp"

namespace soakrig::analysis {

// In order of phase and time; sets `shape` in the figures. A dwell that cannot hold two windows of
// the profile's length has neither.
[[nodiscard]] std::vector<ChangePoint> find_changes(std::vector<PhaseAnalysis>& phases);

}  // namespace soakrig::analysis
