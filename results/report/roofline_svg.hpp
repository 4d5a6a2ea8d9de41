// SPDX-License-Identifier: Apache-2.0
//
// A roofline as a picture: both axes logarithmic, operations a byte to the
// right, operations a second upwards; the roof is what was measured on the
// board, each load a point below it. Pure.
#pragma once

#include <string>
#include <vector>

#include "results/analysis/roofline.hpp"

namespace soakrig::report {

struct RooflinePoint {
  std::string name;
  double intensity = 0;  // operations a byte
  double rate = 0;       // operations/s
};

// A whole SVG file, readable on light and dark ground; empty without both
// ceilings. Points that are not above zero are left out.
[[nodiscard]] std::string roofline_svg(const analysis::Ceilings& ceilings,
                                       const std::vector<RooflinePoint>& points);

}  // namespace soakrig::report
