// SPDX-License-Identifier: Apache-2.0
//
// One channel over time as a picture: for each pixel column the exact least and greatest value as a
// band, the mean as a line, the last known value held from before the range, gaps and states that
// are no reading as marks. What is drawn never lies outside what was stored, and nothing stored is
// left out (results/store/view.hpp).
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"
#include "dashboard/plot/time_axis.hpp"
#include "dashboard/plot/value_axis.hpp"
#include "results/store/view.hpp"

namespace soakrig::dashboard {

struct CurveStyle {
  Colour colour;
  bool steps = false;  // a level that holds until it changes, such as a set-point or a flag
  float width = 1.5f;  // of the mean line, pixels
};

// The geometry of a curve, before any colour.
struct CurveShape {
  std::vector<Rect> band;                 // a column each, least to greatest; at least a pixel high
  std::vector<std::vector<Point>> lines;  // the mean; a new line after each break
  std::vector<Rect> gaps;                 // full height: rows are missing
  std::vector<Rect> unread;               // full height: rows say that there was no reading
};
[[nodiscard]] CurveShape shape_of(const store::View& view, const TimeScale& time,
                                  const ValueScale& value, const Rect& area, bool steps);

// Gaps and unread stretches as shading, to be drawn below all curves of a plot.
void draw_absence(Canvas& canvas, const Theme& theme, const CurveShape& shape);
void draw_curve(Canvas& canvas, const CurveShape& shape, const CurveStyle& style);
// Where a value lies beyond a limit: the columns again, at least two pixels wide.
void draw_breaches(Canvas& canvas, const Theme& theme, const store::View& view,
                   std::optional<double> min, std::optional<double> max, const TimeScale& time,
                   const ValueScale& value);

// Least and greatest of the good rows of all, and of what is carried in.
[[nodiscard]] std::optional<ValueRange> extremes(std::span<const store::View> views);
// The newest value at or before `t`, with the width of the bin it comes from; a reading, never the
// nearest one. Nothing where rows are missing or unread.
struct ValueAt {
  double mean = 0, min = 0, max = 0;
  std::uint64_t samples = 0;  // in the bin; 0 = carried in
};
[[nodiscard]] std::optional<ValueAt> value_at(const store::View& view, Nanos t);

}  // namespace soakrig::dashboard
