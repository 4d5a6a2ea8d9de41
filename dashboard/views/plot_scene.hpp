// SPDX-License-Identifier: Apache-2.0
//
// Draws one plot of a stack: value axis in the left gutter, curves, lines across, legend.
// Stateless.
#pragma once

#include <optional>
#include <vector>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"
#include "dashboard/plot/curve.hpp"
#include "dashboard/run/run_session.hpp"
#include "dashboard/views/lanes.hpp"

namespace soakrig::dashboard {

// What the pointer and the keys have marked. Times are run time.
struct Marks {
  std::optional<Nanos> hover;
  std::optional<TimeRange> selection;
  std::optional<Nanos> a, b;
};

struct PlotFrame {
  Rect area;          // inside the axes
  float top = 0;      // below the legend: where the values begin
  Rect gutter;        // left of it: ticks and unit
  ValueRange values;  // what the axis spans
  [[nodiscard]] ValueScale scale() const { return {values, area.bottom() - 2, top}; }
};

// `place` holds gutter and area; the area begins at `gutter` pixels from its left.
[[nodiscard]] PlotFrame frame_of(const PlotData& data, const Theme& theme, const Rect& place,
                                 float gutter);

void draw_plot(Canvas& canvas, const Theme& theme, const PlotData& data, const PlotFrame& frame,
               const TimeScale& time, const std::vector<LaneSpan>& episodes, const Marks& marks);

// The vertical lines of the marks, over the whole stack.
void draw_marks(Canvas& canvas, const Theme& theme, const Rect& area, const TimeScale& time,
                const Marks& marks);

}  // namespace soakrig::dashboard
