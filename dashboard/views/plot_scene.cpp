// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/plot_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace soakrig::dashboard {
namespace {

constexpr std::array kMarkers{Marker::circle, Marker::square, Marker::triangle, Marker::diamond};

double largest(const ValueRange& range) { return std::max(std::abs(range.lo), std::abs(range.hi)); }

bool inside(const PlotLine& line, const ValueRange& range) {
  return line.value >= range.lo && line.value <= range.hi;
}

Colour colour_of(const Theme& theme, PlotLine::Kind kind) {
  switch (kind) {
    case PlotLine::Kind::limit:
      return theme.bad;
    case PlotLine::Kind::claim:
      return theme.neutral;
    case PlotLine::Kind::peak:
      return theme.dim;
    case PlotLine::Kind::sustained:
      break;
  }
  return theme.good;
}

void draw_axis(Canvas& canvas, const Theme& theme, const PlotFrame& frame, const ShownUnit& unit) {
  const ValueScale value = frame.scale();
  const float line = canvas.metrics().height(TextStyle::small);
  const int most = static_cast<int>(frame.area.h / (line * 1.9f));
  for (const ValueTick& tick : value_ticks(frame.values, std::max(1, most), unit)) {
    const float y = std::round(value.y(tick.value));
    canvas.fill({frame.area.x, y, frame.area.w, 1}, theme.grid);
    const float top = std::clamp(y - line / 2, frame.area.y, frame.area.bottom() - line);
    draw_text(canvas, {frame.area.x - theme.em(0.4f), top}, tick.label, TextStyle::small, theme.dim,
              Align::right);
  }
}

void draw_lines(Canvas& canvas, const Theme& theme, const PlotData& data, const PlotFrame& frame,
                const TimeScale& time) {
  const ValueScale value = frame.scale();
  const float line = canvas.metrics().height(TextStyle::small);
  std::vector<Rect> taken;  // labels: none over another
  for (const PlotLine& one : data.spec.lines) {
    const Colour colour = colour_of(theme, one.kind);
    const float x0 = one.over ? std::max(time.x(one.over->from), frame.area.x) : frame.area.x;
    const float x1 =
        one.over ? std::min(time.x(one.over->to), frame.area.right()) : frame.area.right();
    if (x1 <= x0) continue;
    const bool seen = inside(one, frame.values);
    const float y =
        std::clamp(std::round(value.y(one.value)), frame.area.y, frame.area.bottom() - 1);
    if (seen)
      draw_dashes(canvas, {x0, y}, {x1, y}, colour, 1.3f * theme.scale,
                  theme.em(one.over ? 0.25f : 0.5f));
    const std::string label = one.label + (seen ? "" : one.value > frame.values.hi ? " ↑" : " ↓");
    const float width = canvas.metrics().width(label, TextStyle::small);
    if (width > x1 - x0 && one.over) continue;
    Rect place{x1 - width - theme.em(0.4f), y - line - 1, width, line};
    if (place.y < frame.top - theme.em(0.2f)) place.y = std::max(y + 2, frame.top);
    for (int tries = 0; tries < 4; ++tries) {
      const auto hit = std::ranges::find_if(taken, [&](const Rect& r) {
        return place.x < r.right() && r.x < place.right() && place.y < r.bottom() &&
               r.y < place.bottom();
      });
      if (hit == taken.end()) break;
      place.x = hit->x - width - theme.em(0.8f);
    }
    if (place.x < x0) continue;
    canvas.fill({place.x - 2, place.y, place.w + 4, place.h}, theme.panel.faded(0.8f));
    draw_text(canvas, {place.x, place.y}, label, TextStyle::small, colour);
    taken.push_back(place);
  }
}

// Where the line is at evenly spaced places, so that curves differ by more than their colour.
void draw_markers(Canvas& canvas, const Theme& theme, const CurveShape& shape, std::size_t index,
                  Colour colour) {
  const float every = theme.em(9);
  float next = -1e9f;
  for (const auto& line : shape.lines) {
    for (const Point& p : line) {
      if (p.x < next) continue;
      draw_marker(canvas, kMarkers[index % kMarkers.size()], p, theme.em(0.5f), colour);
      next = p.x - std::fmod(p.x, every) + every + every * static_cast<float>(index) / 4;
    }
  }
}

std::string reading(const PlotData& data, std::size_t curve, const ShownUnit& unit,
                    double resolution, std::optional<Nanos> hover) {
  if (!hover || curve >= data.views.size()) return {};
  const auto at = value_at(data.views[curve], *hover);
  if (!at) return " no reading";
  std::string out = " " + value_text(at->mean, unit, resolution);
  if (at->max > at->min) {
    out += fmt::format(" ({}..{})", value_text(at->min, unit, resolution),
                       value_text(at->max, unit, resolution));
  }
  return out;
}

// "min/max of 1842 samples/px": how much is behind a column, so that nobody takes it for raw data.
std::string density(const PlotData& data) {
  std::uint64_t rows = 0;
  std::size_t bins = 0;
  for (const store::View& view : data.views) {
    for (const store::ViewBin& bin : view.bins) {
      rows += bin.rows;
      bins += bin.rows > 0 ? 1 : 0;
    }
  }
  if (bins == 0) return data.partial ? "working it out…" : "";
  const double each = static_cast<double>(rows) / static_cast<double>(bins);
  const char* what = data.spec.curves[0].is_derived() ? "windows" : "samples";
  if (data.partial) return "working it out…";
  return each < 1.5 ? ""
                    : fmt::format("min to max of {:.{}f} {}/column", each, each < 10 ? 1 : 0, what);
}

void draw_legend(Canvas& canvas, const Theme& theme, const PlotData& data, const PlotFrame& frame,
                 const ShownUnit& unit, const Marks& marks) {
  const float line = canvas.metrics().height(TextStyle::small);
  const double resolution = frame.values.span() / 400;
  float x = frame.area.x + theme.em(0.5f);
  const float y = frame.area.y + theme.em(0.2f);
  const std::string dense = density(data);
  const float right =
      frame.area.right() - theme.em(0.5f) - canvas.metrics().width(dense, TextStyle::small);
  for (std::size_t i = 0; i < data.spec.curves.size(); ++i) {
    const Colour colour = theme.series[i % theme.series.size()];
    const std::string text =
        data.spec.curves[i].label + reading(data, i, unit, resolution, marks.hover);
    const std::string shown =
        fit_text(canvas.metrics(), text, TextStyle::small, right - x - theme.em(2));
    if (shown.empty()) break;
    const float width = canvas.metrics().width(shown, TextStyle::small);
    canvas.fill({x - theme.em(0.2f), y, width + theme.em(1.9f), line}, theme.panel.faded(0.75f));
    draw_line(canvas, {x, y + line / 2}, {x + theme.em(1.1f), y + line / 2}, colour,
              2 * theme.scale);
    if (data.spec.curves.size() > 1) {
      draw_marker(canvas, kMarkers[i % kMarkers.size()], {x + theme.em(0.55f), y + line / 2},
                  theme.em(0.5f), colour);
    }
    draw_text(canvas, {x + theme.em(1.4f), y}, shown, TextStyle::small, theme.text);
    x += width + theme.em(2.4f);
  }
  draw_text(canvas, {frame.area.right() - theme.em(0.4f), y}, dense, TextStyle::small, theme.dim,
            Align::right);
}

}  // namespace

PlotFrame frame_of(const PlotData& data, const Theme& theme, const Rect& place, float gutter) {
  PlotFrame out;
  out.gutter = {place.x, place.y, gutter, place.h};
  out.area = {place.x + gutter, place.y, std::max(1.0f, place.w - gutter), place.h};
  auto range = extremes(data.views);
  // A line near the data belongs into the picture; one far off is told at the edge.
  if (range) {
    const double reach = std::max(range->span() * 0.8, std::abs(range->hi) * 0.02);
    const ValueRange data_only = *range;
    for (const PlotLine& line : data.spec.lines) {
      if (line.value > data_only.hi + reach || line.value < data_only.lo - reach) continue;
      range->lo = std::min(range->lo, line.value);
      range->hi = std::max(range->hi, line.value);
    }
  }
  out.values = fitting(range);
  out.top = out.area.y + std::min(theme.em(1.3f), out.area.h * 0.3f);
  return out;
}

void draw_plot(Canvas& canvas, const Theme& theme, const PlotData& data, const PlotFrame& frame,
               const TimeScale& time, const std::vector<LaneSpan>& episodes, const Marks& marks) {
  canvas.fill(frame.area, theme.panel);
  const ShownUnit unit = shown_unit(data.spec.unit, largest(frame.values));
  if (!data.error) draw_axis(canvas, theme, frame, unit);
  const float line = canvas.metrics().height(TextStyle::small);
  // The title has the height of the legend, where no tick is; the unit stands beside the ticks.
  const float x = frame.gutter.x + theme.em(0.3f), width = frame.gutter.w - theme.em(0.8f);
  draw_text(canvas, {x, frame.gutter.y},
            fit_text(canvas.metrics(), data.spec.title, TextStyle::small, width), TextStyle::small,
            theme.text);
  draw_text(canvas, {x, frame.gutter.y + line},
            fit_text(canvas.metrics(), unit.label, TextStyle::small, width - theme.em(3.6f)),
            TextStyle::small, theme.dim);
  {
    const Clip clip(canvas, frame.area);
    const bool simulated = std::ranges::any_of(data.spec.curves, [](const CurveSource& c) {
      return c.provenance == Provenance::simulated;
    });
    if (simulated) draw_hatch(canvas, frame.area, theme.simulated, theme.em(0.9f), 2 * theme.scale);
    for (const LaneSpan& episode : episodes) {
      const float x0 = time.x(episode.when.from), x1 = std::max(x0 + 2, time.x(episode.when.to));
      canvas.fill({x0, frame.area.y, x1 - x0, frame.area.h}, theme.episode);
      canvas.fill({x0, frame.area.y, 1, frame.area.h}, theme.episode.faded(2.2f));
    }
    const ValueScale value = frame.scale();
    std::vector<CurveShape> shapes;
    for (std::size_t i = 0; i < data.views.size(); ++i) {
      shapes.push_back(shape_of(data.views[i], time, value, frame.area, data.spec.curves[i].steps));
      if (!data.spec.curves[i].is_derived()) draw_absence(canvas, theme, shapes.back());
    }
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const Colour colour = theme.series[i % theme.series.size()];
      draw_curve(canvas, shapes[i], {colour, data.spec.curves[i].steps, 1.5f * theme.scale});
      if (shapes.size() > 1) draw_markers(canvas, theme, shapes[i], i, colour);
    }
    for (const store::View& view : data.views) {
      draw_breaches(canvas, theme, view, data.spec.min, data.spec.max, time, value);
    }
    draw_lines(canvas, theme, data, frame, time);
    draw_legend(canvas, theme, data, frame, unit, marks);
    if (simulated) {
      const float w = canvas.metrics().width("SIMULATED", TextStyle::small);
      const Rect label{frame.area.right() - w - theme.em(0.8f),
                       frame.area.bottom() - line - theme.em(0.2f), w + theme.em(0.6f), line};
      canvas.fill(label, theme.panel.faded(0.85f));
      draw_text(canvas, {label.x + theme.em(0.3f), label.y}, "SIMULATED", TextStyle::small,
                theme.accent);
    }
    if (data.error) {
      draw_text(canvas, {frame.area.x + theme.em(1), frame.area.y + frame.area.h / 2 - line / 2},
                fit_text(canvas.metrics(), "cannot be read: " + data.error->message(),
                         TextStyle::small, frame.area.w - theme.em(2)),
                TextStyle::small, theme.bad);
    } else if (!extremes(data.views) && !data.partial) {
      draw_text(canvas,
                {frame.area.x + frame.area.w / 2, frame.area.y + frame.area.h / 2 - line / 2},
                "no reading in this range", TextStyle::small, theme.dim, Align::centre);
    }
  }
  draw_frame(canvas, frame.area, theme.border);
}

void draw_marks(Canvas& canvas, const Theme& theme, const Rect& area, const TimeScale& time,
                const Marks& marks) {
  const Clip clip(canvas, area);
  if (marks.selection) {
    const float x0 = time.x(marks.selection->from), x1 = time.x(marks.selection->to);
    canvas.fill({x0, area.y, std::max(1.0f, x1 - x0), area.h}, theme.accent.faded(0.16f));
    canvas.fill({x0, area.y, 1, area.h}, theme.accent);
    canvas.fill({x1, area.y, 1, area.h}, theme.accent);
  }
  const auto cursor = [&](const std::optional<Nanos>& t, const char* name) {
    if (!t) return;
    const float x = std::round(time.x(*t));
    draw_dashes(canvas, {x, area.y}, {x, area.bottom()}, theme.accent, 1.5f * theme.scale,
                theme.em(0.4f));
    const float w = canvas.metrics().width(name, TextStyle::bold) + theme.em(0.5f);
    canvas.fill({x, area.y, w, canvas.metrics().height(TextStyle::bold)}, theme.accent);
    draw_text(canvas, {x + theme.em(0.25f), area.y}, name, TextStyle::bold, theme.panel);
  };
  cursor(marks.a, "A");
  cursor(marks.b, "B");
  if (marks.hover) canvas.fill({std::round(time.x(*marks.hover)), area.y, 1, area.h}, theme.dim);
}

}  // namespace soakrig::dashboard
