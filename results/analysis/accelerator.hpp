// SPDX-License-Identifier: Apache-2.0
//
// Whether an accelerator worked at all while a load was measured: a figure of a device that sat
// idle is another device's. Pure.
#pragma once

#include <string>
#include <string_view>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// Below this mean load of its busiest unit a device counts as idle.
inline constexpr double kIdleLoad = 5;  // %

// "the gpu sat idle: gpu.load 0.4 % on average"; empty where it worked, where no load of that
// device was readable, and for the CPU. Its channels are DEVICE.*load and devfreq.DEVICE*.load; a
// "gpu" is also drm.*.load.
[[nodiscard]] std::string idle_accelerator(const BoardView& board, const std::string& device,
                                           const Interval& over);

}  // namespace soakrig::analysis
