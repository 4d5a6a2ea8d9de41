// SPDX-License-Identifier: Apache-2.0
//
// Curves over run time as inline SVG: panels one below the other over one time axis, and lanes of
// events below them. Needs no script; what a part means is in its <title>, and all colours come
// from the page's style. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/report/html/markup.hpp"

namespace soakrig::report {

// What a curve did in [from, to) seconds: its exact extremes and its mean. A bin that is not known
// breaks the line: what was not seen is not drawn.
struct CurveBin {
  double from = 0, to = 0;
  double min = 0, max = 0, mean = 0;
  bool known = false;
};

struct Curve {
  std::string label;
  std::vector<CurveBin> bins;
};

// A horizontal line: what a curve is held against.
struct Level {
  double value = 0;
  std::string label;
};

struct Panel {
  std::string unit;  // UCUM
  std::vector<Curve> curves;
  std::vector<Level> levels;
  bool from_zero = false;
  double height = 90;
};

// An interval or, where both ends are one, an instant.
struct LaneItem {
  double from = 0, to = 0;
  std::string style;  // class of the page's style: "phase", "thermal", "incident"…
  std::string label;  // written into it where there is room
  std::string title;  // said where the pointer rests
};

struct Lane {
  std::string label;
  std::vector<LaneItem> items;
};

struct TimeChart {
  double from = 0, to = 0;  // s
  std::vector<Panel> panels;
  std::vector<Lane> lanes;
  std::vector<LaneItem> shades;  // behind every panel
  std::string title;             // for those who cannot see it
  std::string banner;            // across the picture: "SIMULATED"; empty = none
};

// Nothing where there is no time or nothing to draw.
[[nodiscard]] Markup draw(const TimeChart& chart);

}  // namespace soakrig::report
