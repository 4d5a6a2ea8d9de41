// SPDX-License-Identifier: Apache-2.0
//
// A roofline as inline SVG: both axes logarithmic, operations a byte to the right, operations a
// second upwards; the roof is what was measured on the board, each load a point below it. Pure.
#pragma once

#include <string>
#include <vector>

#include "results/analysis/board_bounds.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

// The roof of the run's best ceilings with every load whose place is known; nothing without both
// ceilings. `banner` is written across it: SIMULATED, or nothing.
[[nodiscard]] Markup roofline_chart(const analysis::BoardBounds& bounds, const std::string& banner,
                                    const Words& words);

// The same as a file of its own, readable on light and dark ground; empty likewise.
[[nodiscard]] std::string roofline_file(const analysis::BoardBounds& bounds,
                                        const std::string& banner, const Words& words);

}  // namespace soakrig::report
