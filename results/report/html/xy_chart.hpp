// SPDX-License-Identifier: Apache-2.0
//
// Points and lines over any quantity as inline SVG, with intervals: a derating curve, candidates
// side by side. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/report/html/markup.hpp"

namespace soakrig::report {

struct XyPoint {
  double x = 0, y = 0;
  std::optional<double> lower, upper;
  bool measured = true;  // else predicted: hollow
  std::string title;
};

struct XySeries {
  std::string label;
  std::vector<XyPoint> points;  // in the order in which they are joined
};

struct XyChart {
  std::string x_unit, y_unit;  // UCUM
  std::string x_label;
  std::vector<XySeries> series;
  bool from_zero = true;  // the y axis
  std::string title, banner;
};

// Nothing without a point.
[[nodiscard]] Markup draw(const XyChart& chart);

}  // namespace soakrig::report
