// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/timeline_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "dashboard/views/run_panel.hpp"

namespace soakrig::dashboard {
namespace {

constexpr float kGutter = 9.5f, kPanel = 20, kLeastPlot = 5.5f;  // em

Colour colour_of(const Theme& theme, const EventMark& mark) {
  if (mark.kind == "note") return theme.accent;
  if (mark.severity == Severity::alarm || mark.kind == event_kind::kIncident) return theme.bad;
  return mark.severity == Severity::warning || mark.incident ? theme.warn : theme.dim;
}

void lane_label(Canvas& canvas, const Theme& theme, const Rect& lane, float gutter,
                std::string_view text) {
  const float height = canvas.metrics().height(TextStyle::small);
  draw_text(canvas, {lane.x - gutter + theme.em(0.3f), lane.y + (lane.h - height) / 2}, text,
            TextStyle::small, theme.dim);
}

void draw_spans(Canvas& canvas, const Theme& theme, const Rect& lane, const TimeScale& time,
                const std::vector<LaneSpan>& spans, Colour weak, Colour strong, Colour text) {
  canvas.fill(lane, theme.lane);
  const Clip clip(canvas, lane);
  const float height = canvas.metrics().height(TextStyle::small);
  for (const LaneSpan& span : spans) {
    const float x0 = std::max(time.x(span.when.from), lane.x),
                x1 = std::min(time.x(span.when.to), lane.right());
    if (x1 < lane.x || x0 > lane.right()) continue;
    const float width = std::max(2.0f, x1 - x0);
    canvas.fill({x0, lane.y + 1, width, lane.h - 2}, span.strong ? strong : weak);
    canvas.fill({x0, lane.y + 1, 1, lane.h - 2}, theme.background);
    const std::string shown =
        fit_text(canvas.metrics(), span.label, TextStyle::small, width - theme.em(0.5f));
    if (!shown.empty())
      draw_text(canvas, {x0 + theme.em(0.3f), lane.y + (lane.h - height) / 2}, shown,
                TextStyle::small, text);
  }
}

void draw_events(Canvas& canvas, const Theme& theme, const Rect& lane, const TimeScale& time,
                 const std::vector<EventMark>& marks) {
  canvas.fill(lane, theme.lane);
  const Clip clip(canvas, lane);
  // The weightiest last, so that it is never hidden by the others.
  for (const bool weighty : {false, true}) {
    float next = -1e9f;
    for (const EventMark& mark : marks) {
      if (mark.incident != weighty) continue;
      const float x = time.x(mark.t);
      if (x < next) continue;  // thousands on one pixel are one picture
      draw_marker(canvas, mark.marker, {x, lane.y + lane.h / 2},
                  std::min(lane.h * 0.75f, theme.em(0.9f)), colour_of(theme, mark));
      next = x + 1;
    }
  }
}

void draw_health(Canvas& canvas, const Theme& theme, const Rect& lane, const TimeScale& time,
                 const std::vector<HealthSpan>& spans) {
  canvas.fill(lane, theme.lane);
  const Clip clip(canvas, lane);
  for (const HealthSpan& span : spans) {
    const float x0 = time.x(span.when.from);
    // What is not well is seen also where it is shorter than a pixel.
    const Rect place{x0, lane.y + 1,
                     std::max(span.health == Health::good ? 0.0f : 2.0f, time.x(span.when.to) - x0),
                     lane.h - 2};
    if (span.health == Health::good)
      canvas.fill({place.x, place.y + place.h * 0.3f, place.w, place.h * 0.4f},
                  theme.good.faded(0.6f));
  }
  for (const HealthSpan& span : spans) {
    if (span.health == Health::good) continue;
    const float x0 = time.x(span.when.from);
    Rect place{x0, lane.y + 1, std::max(2.0f, time.x(span.when.to) - x0), lane.h - 2};
    // Each differs by its shape too: a gap is hatched, old readings fill the lower half alone.
    if (span.health == Health::stale) place.y += place.h / 2, place.h /= 2;
    const Colour colour = span.health == Health::gap     ? theme.bad
                          : span.health == Health::stale ? theme.stale
                                                         : theme.warn;
    canvas.fill(place, colour.faded(0.5f));
    if (span.health == Health::gap) draw_hatch(canvas, place, colour, theme.em(0.4f));
  }
}

void draw_header(Canvas& canvas, const Theme& theme, const Timeline& t, const Rect& area) {
  const TextMetrics& m = canvas.metrics();
  const float y = area.y + (area.h - m.height(TextStyle::title)) / 2;
  const RunModel& run = *t.run;
  float right = area.right();
  const float small = area.y + (area.h - m.height(TextStyle::normal)) / 2;
  if (run.provenance != Provenance::measured) {
    const char* word = run.provenance == Provenance::simulated ? "SIMULATED" : "REPLAYED";
    const float w = m.width(word, TextStyle::bold) + theme.em(1);
    const Rect chip{right - w, area.y + theme.em(0.3f), w, area.h - theme.em(0.6f)};
    canvas.fill(chip, theme.accent.faded(0.15f));
    draw_hatch(canvas, chip, theme.accent.faded(0.35f), theme.em(0.5f));
    draw_frame(canvas, chip, theme.accent);
    draw_text(canvas, {chip.x + w / 2, small}, word, TextStyle::bold, theme.accent, Align::centre);
    right = chip.x - theme.em(0.8f);
  }
  const Nanos resolution = std::max<Nanos>(t.range.length() / 1000, 1);
  const std::string when =
      fmt::format("{} to {}  ({}, {})", time_text(t.range.from, resolution, t.format, run.clock),
                  time_text(t.range.to, resolution, t.format, run.clock),
                  length_text(t.range.length()), to_string(t.format));
  const float when_width = m.width(when, TextStyle::normal);
  draw_text(canvas, {right, small}, when, TextStyle::normal, theme.dim, Align::right);
  right -= when_width + theme.em(1);
  float x = area.x + theme.em(0.3f);
  const std::string name =
      fit_text(m, run.name.empty() ? run.id : run.name, TextStyle::title, (right - x) * 0.6f);
  x += draw_text(canvas, {x, y}, name, TextStyle::title, theme.text) + theme.em(0.8f);
  draw_text(canvas, {x, small},
            fit_text(m, (run.boards.size() > 1 ? t.board + "  " : "") + run.id, TextStyle::normal,
                     right - x),
            TextStyle::normal, theme.dim);
}

void draw_minimap(Canvas& canvas, const Theme& theme, const Timeline& t, const Rect& area,
                  float gutter) {
  canvas.fill(area, theme.panel);
  lane_label(canvas, theme, area, gutter, "whole run");
  const TimeRange whole = t.run->whole();
  const TimeScale time(whole, area.x, area.right());
  {
    const Clip clip(canvas, area);
    if (t.minimap != nullptr && !t.minimap->empty() && !t.minimap->front().views.empty()) {
      const PlotData& data = t.minimap->front();
      const ValueScale value(fitting(extremes(data.views)), area.bottom() - 2, area.y + 2);
      for (std::size_t i = 0; i < data.views.size(); ++i) {
        const CurveShape shape =
            shape_of(data.views[i], time, value, area, data.spec.curves[i].steps);
        if (!data.spec.curves[i].is_derived()) draw_absence(canvas, theme, shape);
        draw_curve(canvas, shape, {theme.series[i % theme.series.size()], false, theme.scale});
      }
    }
    for (const EventMark& mark : marks_in(*t.run, t.board, whole)) {
      if (mark.incident)
        canvas.fill({time.x(mark.t) - 1, area.y, 2, area.h * 0.3f}, colour_of(theme, mark));
    }
    for (const LaneSpan& span : episode_spans(*t.run, t.board)) {
      canvas.fill({time.x(span.when.from), area.bottom() - area.h * 0.14f,
                   std::max(2.0f, time.x(span.when.to) - time.x(span.when.from)), area.h * 0.14f},
                  theme.series[1]);
    }
    const float x0 = std::max(area.x, time.x(t.range.from)),
                x1 = std::min(area.right(), time.x(t.range.to));
    canvas.fill({area.x, area.y, x0 - area.x, area.h}, theme.background.faded(0.65f));
    canvas.fill({x1, area.y, area.right() - x1, area.h}, theme.background.faded(0.65f));
    draw_frame(canvas, {x0, area.y, std::max(3.0f, x1 - x0), area.h}, theme.accent,
               std::max(1.0f, 1.5f * theme.scale));
  }
  draw_frame(canvas, area, theme.border);
}

void draw_axis(Canvas& canvas, const Theme& theme, const Timeline& t, const TimelineLayout& layout,
               const TimeScale& time) {
  const int most =
      static_cast<int>(layout.axis.w / theme.em(t.format == TimeFormat::elapsed ? 7.5f : 10));
  const float top = layout.plots.empty() ? layout.axis.y : layout.plots.front().y;
  for (const TimeTick& tick : time_ticks(t.range, std::max(1, most), t.format, t.run->clock)) {
    const float x = std::round(time.x(tick.t));
    canvas.fill({x, layout.axis.y, 1, theme.em(0.35f)}, theme.dim);
    canvas.fill({x, top, 1, layout.axis.y - top}, theme.grid.faded(0.7f));
    const float half = canvas.metrics().width(tick.label, TextStyle::small) / 2;
    const float middle = std::clamp(x, layout.axis.x + half,
                                    std::max(layout.axis.x + half, layout.axis.right() - half));
    draw_text(canvas, {middle, layout.axis.y + theme.em(0.4f)}, tick.label, TextStyle::small,
              theme.dim, Align::centre);
  }
}

void draw_side(Canvas& canvas, const Theme& theme, const Timeline& t, const Rect& panel) {
  if (panel.empty()) return;
  canvas.fill(panel, theme.panel);
  draw_frame(canvas, panel, theme.border);
  TextFlow flow(canvas, theme, panel.inset(theme.em(0.7f)));
  if (!t.readout.empty()) {
    flow.heading(t.marks.selection ? "Selected range" : "Cursors");
    for (const auto& [label, value] : t.readout) {
      if (value.empty()) {
        flow.line(label, theme.text, TextStyle::bold);
      } else if (label.empty()) {
        flow.wrapped(value, 2, theme.dim);
      } else {
        flow.pair(label, value);
      }
    }
    flow.space();
  }
  draw_run_panel(flow, theme, *t.run, t.board);
}

}  // namespace

TimelineLayout lay_out(const Timeline& t, const Theme& theme, const Rect& area) {
  TimelineLayout out;
  const float pad = theme.em(0.5f);
  Rect rest = area.inset(pad);
  const auto take_top = [&rest](float height) {
    const Rect top{rest.x, rest.y, rest.w, std::max(0.0f, std::min(height, rest.h))};
    rest.y += top.h;
    rest.h -= top.h;
    return top;
  };
  out.header = take_top(theme.em(2.2f));
  if (!t.banner.empty()) take_top(theme.em(1.9f));
  if (rest.w > theme.em(64)) {
    out.panel = {rest.right() - theme.em(kPanel), rest.y, theme.em(kPanel), rest.h};
    rest.w -= out.panel.w + pad;
  }
  out.gutter = std::min(theme.em(kGutter), rest.w * 0.3f);
  const auto lane = [&](float height) {
    Rect r = take_top(theme.em(height));
    take_top(theme.em(0.25f));
    r.x += out.gutter;
    r.w = std::max(1.0f, r.w - out.gutter);
    return r;
  };
  const bool low = rest.h < theme.em(24);  // a small picture: the plots matter most
  out.minimap = lane(low ? 1.8f : 3.2f);
  out.phases = lane(1.4f);
  out.episodes = lane(1.4f);
  out.events = lane(1.3f);
  out.health = lane(0.9f);
  const float axis = theme.em(1.7f);
  const float height = std::max(0.0f, rest.h - axis);
  const std::size_t total = t.plots != nullptr ? t.plots->size() : 0;
  const std::size_t left = total - std::min(total, t.first_plot);
  const std::size_t fit = static_cast<std::size_t>(std::max(1.0f, height / theme.em(kLeastPlot)));
  const std::size_t shown = std::min(left, fit);
  const float gap = theme.em(0.35f);
  for (std::size_t i = 0; i < shown; ++i) {
    const float each = height / static_cast<float>(shown);
    out.plots.push_back(
        {rest.x, rest.y + each * static_cast<float>(i), rest.w, std::max(1.0f, each - gap)});
  }
  out.stack = {out.phases.x, rest.y, out.phases.w, height};
  out.axis = {out.phases.x, rest.y + height, out.phases.w, axis};
  return out;
}

void draw_timeline(Canvas& canvas, const Theme& theme, const Timeline& t,
                   const TimelineLayout& layout) {
  const TimeScale time = layout.scale(t.range);
  draw_header(canvas, theme, t, layout.header);
  if (!t.banner.empty()) {
    const Rect bar{layout.header.x, layout.header.bottom(), layout.header.w, theme.em(1.6f)};
    canvas.fill(bar, theme.warn.faded(0.2f));
    draw_marker(canvas, Marker::triangle, {bar.x + theme.em(0.9f), bar.y + bar.h / 2},
                theme.em(0.8f), theme.warn);
    draw_text(canvas, {bar.x + theme.em(1.8f), bar.y + theme.em(0.2f)},
              fit_text(canvas.metrics(), t.banner, TextStyle::normal, bar.w - theme.em(2.4f)),
              TextStyle::normal, theme.text);
  }
  draw_minimap(canvas, theme, t, layout.minimap, layout.gutter);
  lane_label(canvas, theme, layout.phases, layout.gutter, "phase");
  draw_spans(canvas, theme, layout.phases, time, phase_spans(*t.run), theme.dim.faded(0.3f),
             theme.accent.faded(0.3f), theme.text);
  const auto episodes = episode_spans(*t.run, t.board);
  lane_label(canvas, theme, layout.episodes, layout.gutter, "throttled");
  draw_spans(canvas, theme, layout.episodes, time, episodes, theme.episode,
             theme.series[1].faded(0.5f), theme.text);
  lane_label(canvas, theme, layout.events, layout.gutter, "events");
  draw_events(canvas, theme, layout.events, time, marks_in(*t.run, t.board, padded(t.range, 0.02)));
  lane_label(canvas, theme, layout.health, layout.gutter, "health");
  draw_health(canvas, theme, layout.health, time,
              t.plots != nullptr ? health_spans(*t.plots) : std::vector<HealthSpan>{});
  for (std::size_t i = 0; i < layout.plots.size(); ++i) {
    const PlotData& data = (*t.plots)[t.first_plot + i];
    draw_plot(canvas, theme, data, frame_of(data, theme, layout.plots[i], layout.gutter), time,
              episodes, t.marks);
  }
  if (t.plots == nullptr) {
    draw_text(canvas, {layout.stack.x + layout.stack.w / 2, layout.stack.y + layout.stack.h / 3},
              "reading…", TextStyle::normal, theme.dim, Align::centre);
  } else if (t.plots->empty()) {
    draw_text(canvas, {layout.stack.x + layout.stack.w / 2, layout.stack.y + layout.stack.h / 3},
              "this run has no channels yet", TextStyle::normal, theme.dim, Align::centre);
  }
  draw_axis(canvas, theme, t, layout, time);
  draw_marks(canvas, theme,
             {layout.stack.x, layout.phases.y, layout.stack.w, layout.axis.y - layout.phases.y},
             time, t.marks);
  if (t.plots != nullptr && t.first_plot + layout.plots.size() < t.plots->size()) {
    const auto more = t.plots->size() - t.first_plot - layout.plots.size();
    draw_text(canvas, {layout.axis.x - theme.em(0.4f), layout.axis.y + theme.em(0.4f)},
              fmt::format("{} more below", more), TextStyle::small, theme.accent, Align::right);
  }
  draw_side(canvas, theme, t, layout.panel);
}

std::string tooltip_at(const Timeline& t, const TimelineLayout& layout, const Theme& theme,
                       Point at) {
  const TimeScale time = layout.scale(t.range);
  const auto in_spans = [&](const std::vector<LaneSpan>& spans) {
    for (const LaneSpan& span : spans) {
      if (at.x >= time.x(span.when.from) &&
          at.x <= std::max(time.x(span.when.to), time.x(span.when.from) + 2))
        return span.detail;
    }
    return std::string();
  };
  if (layout.phases.contains(at)) return in_spans(phase_spans(*t.run));
  if (layout.episodes.contains(at)) return in_spans(episode_spans(*t.run, t.board));
  if (layout.events.contains(at)) {
    std::string out;
    int lines = 0;
    for (const EventMark& mark : marks_in(*t.run, t.board, padded(t.range, 0.02))) {
      if (std::abs(time.x(mark.t) - at.x) > theme.em(0.5f)) continue;
      if (++lines > 8) return out + "\n…";
      out += (out.empty() ? "" : "\n") + time_text(mark.t, kSecond, t.format, t.run->clock) + "  " +
             mark.text;
    }
    return out;
  }
  if (layout.health.contains(at) && t.plots != nullptr) {
    for (const HealthSpan& span : health_spans(*t.plots)) {
      if (time.t(at.x) >= span.when.from && time.t(at.x) < span.when.to)
        return std::string(to_string(span.health)) + ", " + length_text(span.when.length());
    }
  }
  return {};
}

}  // namespace soakrig::dashboard
