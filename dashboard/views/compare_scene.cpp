// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/compare_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "dashboard/plot/curve.hpp"
#include "dashboard/views/run_panel.hpp"
#include "dashboard/views/text_flow.hpp"

namespace soakrig::dashboard {
namespace {

constexpr float kGutter = 9.5f;  // em
constexpr std::array kMarkers{Marker::circle, Marker::square, Marker::triangle, Marker::diamond};

// The plot of this place in each run that has it, of the same unit as the first run's.
struct Overlay {
  const PlotData* first = nullptr;
  std::vector<std::pair<std::size_t, const store::View*>> curves;  // run and its first curve
};

Overlay overlay_of(const Answer& answer, std::size_t place) {
  Overlay out;
  for (std::size_t i = 0; i < answer.runs.size(); ++i) {
    for (const PlotData& plot : answer.plots[i]) {
      const bool same =
          out.first == nullptr
              ? &plot == &answer.plots[i][std::min(place, answer.plots[i].size() - 1)]
              : plot.spec.title == out.first->spec.title && plot.spec.unit == out.first->spec.unit;
      if (!same || plot.views.empty()) continue;
      if (out.first == nullptr) out.first = &plot;
      out.curves.emplace_back(i, &plot.views[0]);
      break;
    }
  }
  return out;
}

std::string label_of(const OpenRun& run, std::size_t i) {
  return fmt::format("{} {}", static_cast<char>('a' + static_cast<int>(i)),
                     run.model ? run.model->name : "unreadable");
}

void draw_overlay(Canvas& canvas, const Theme& theme, const Answer& answer, const Overlay& overlay,
                  TimeRange range, AlignBy by, const Rect& place) {
  const float gutter = theme.em(kGutter), side = theme.em(9);
  const Rect area{place.x + gutter, place.y, std::max(1.0f, place.w - gutter - side), place.h};
  canvas.fill(area, theme.panel);
  std::optional<ValueRange> data;
  for (const auto& [run, view] : overlay.curves) {
    const auto one = extremes(std::span(view, 1));
    if (one)
      data = data ? ValueRange{std::min(data->lo, one->lo), std::max(data->hi, one->hi)} : *one;
  }
  const ValueRange values = fitting(data);
  const ValueScale value(values, area.bottom(), area.y);
  const ShownUnit unit =
      shown_unit(overlay.first->spec.unit, std::max(std::abs(values.lo), std::abs(values.hi)));
  for (const ValueTick& tick :
       value_ticks(values, std::max(1, static_cast<int>(area.h / theme.em(2.2f))), unit)) {
    const float y = std::round(value.y(tick.value));
    canvas.fill({area.x, y, area.w, 1}, theme.grid);
    draw_text(canvas,
              {area.x - theme.em(0.4f),
               std::clamp(y - theme.em(0.5f), area.y, area.bottom() - theme.em(1))},
              tick.label, TextStyle::small, theme.dim, Align::right);
  }
  draw_text(canvas, {place.x, place.y},
            fit_text(canvas.metrics(), overlay.first->spec.title, TextStyle::small,
                     gutter - theme.em(2.6f)),
            TextStyle::small, theme.text);
  draw_text(canvas, {place.x, place.y + theme.em(1.1f)},
            fit_text(canvas.metrics(), unit.label, TextStyle::small, gutter - theme.em(2.6f)),
            TextStyle::small, theme.dim);
  const Nanos origin = answer.runs[0].model ? anchor_of(*answer.runs[0].model, by) : 0;
  constexpr std::size_t kSteps = 24;
  const Rect spread{area.right() + theme.em(0.5f), area.y, side - theme.em(0.5f), area.h};
  canvas.fill(spread, theme.panel);
  for (const auto& [run, view] : overlay.curves) {
    const Colour colour = theme.series[run % theme.series.size()];
    const Nanos shift = anchor_of(*answer.runs[run].model, by) - origin;
    const TimeScale time({range.from + shift, range.to + shift}, area.x, area.right());
    {
      const Clip clip(canvas, area);
      const CurveShape shape =
          shape_of(*view, time, value, area, overlay.first->spec.curves[0].steps);
      draw_curve(canvas, shape, {colour, false, 1.5f * theme.scale});
      float next = area.x + theme.em(2) + theme.em(2) * static_cast<float>(run);
      for (const auto& line : shape.lines) {
        for (const Point& p : line) {
          if (p.x < next) continue;
          draw_marker(canvas, kMarkers[run % kMarkers.size()], p, theme.em(0.55f), colour);
          next = p.x + theme.em(12);
        }
      }
    }
    const Clip clip(canvas, spread);
    const auto shares = distribution(*view, values.lo, values.hi, kSteps);
    const double most = std::max(1e-9, *std::ranges::max_element(shares));
    std::vector<Point> outline;
    for (std::size_t k = 0; k < kSteps; ++k) {
      const float x = spread.x + theme.em(0.2f) +
                      (spread.w - theme.em(0.6f)) * static_cast<float>(shares[k] / most);
      const float step = spread.h / static_cast<float>(kSteps);
      outline.push_back({x, spread.bottom() - step * static_cast<float>(k)});
      outline.push_back({x, spread.bottom() - step * static_cast<float>(k + 1)});
    }
    canvas.polyline(outline, colour, 1.3f * theme.scale);
  }
  draw_frame(canvas, area, theme.border);
  draw_frame(canvas, spread, theme.border);
}

std::string with_change(const std::optional<double>& value, const std::optional<double>& base,
                        std::string_view unit, bool first) {
  if (!value) return "–";
  std::string out = value_with_unit(*value, unit);
  if (!first && base && *base != 0) out += fmt::format(" {:+.1f} %", 100 * (*value / *base - 1));
  return out;
}

std::optional<const analysis::WorkFigures*> last_work(const RunModel& run) {
  if (!run.judgement || run.judgement->boards.empty()) return std::nullopt;
  const analysis::WorkFigures* out = nullptr;
  for (const auto& phase : run.judgement->boards.front().phases) {
    for (const auto& work : phase.work) {
      if (work.sustained) out = &work;
    }
  }
  return out != nullptr ? std::optional(out) : std::nullopt;
}

void draw_words(Canvas& canvas, const Theme& theme, const Answer& answer, const Rect& panel) {
  canvas.fill(panel, theme.panel);
  draw_frame(canvas, panel, theme.border);
  TextFlow flow(canvas, theme, panel.inset(theme.em(0.7f)));
  std::optional<double> peak, sustained;
  std::vector<const RunModel*> models;
  for (std::size_t i = 0; i < answer.runs.size(); ++i) {
    const OpenRun& run = answer.runs[i];
    flow.heading(label_of(run, i));
    if (!run.model) {
      flow.wrapped(run.error ? run.error->message() : "connecting…", 3, theme.bad);
      continue;
    }
    models.push_back(run.model.get());
    if (run.model->provenance == Provenance::simulated) {
      flow.line("SIMULATED", theme.accent, TextStyle::bold);
    }
    flow.marked(kMarkers[i % kMarkers.size()], theme.series[i % theme.series.size()], run.model->id,
                TextStyle::small);
    const auto verdict = run.model->judgement ? run.model->judgement->verdict : std::nullopt;
    flow.marked(marker_of(verdict), colour_of(theme, verdict), word_of(verdict), TextStyle::normal);
    const auto work = last_work(*run.model);
    if (!work) continue;
    flow.pair("peak", with_change((*work)->peak, peak, (*work)->unit, i == 0));
    flow.pair("sustained", with_change((*work)->sustained, sustained, (*work)->unit, i == 0));
    if (i == 0) peak = (*work)->peak, sustained = (*work)->sustained;
  }
  const auto unlike = differences(models);
  flow.heading(unlike.empty() ? "No recorded difference" : "What differs around them");
  for (const auto& [name, values] : unlike) {
    flow.line(name, theme.dim, TextStyle::small);
    for (std::size_t i = 0; i < values.size(); ++i) {
      flow.line(fmt::format("  {} {}", static_cast<char>('a' + static_cast<int>(i)), values[i]),
                theme.text, TextStyle::small);
    }
  }
}

}  // namespace

std::vector<double> distribution(const store::View& view, double lo, double hi, std::size_t steps) {
  std::vector<double> out(std::max<std::size_t>(1, steps));
  double all = 0;
  for (const store::ViewBin& bin : view.bins) {
    if (bin.good == 0 || hi <= lo) continue;
    const double mean = bin.sum / static_cast<double>(bin.good);
    const double at = std::clamp((mean - lo) / (hi - lo) * static_cast<double>(out.size()), 0.0,
                                 static_cast<double>(out.size()) - 1);
    const double length = to_seconds(bin.t1 - bin.t0);
    out[static_cast<std::size_t>(at)] += length;
    all += length;
  }
  for (double& share : out) share = all > 0 ? share / all : 0;
  return out;
}

void draw_compare(Canvas& canvas, const Theme& theme, const Answer& answer, TimeRange range,
                  AlignBy by, TimeFormat format, const Rect& area) {
  Rect in = area.inset(theme.em(0.6f));
  const Rect panel{in.right() - theme.em(22), in.y, theme.em(22), in.h};
  in.w -= panel.w + theme.em(0.6f);
  const float title = draw_text(
      canvas, {in.x, in.y},
      fit_text(canvas.metrics(),
               fmt::format("{} of up to 8 runs, laid over one another by {}", answer.runs.size(),
                           to_string(by)),
               TextStyle::bold, in.w),
      TextStyle::bold, theme.text);
  draw_text(canvas, {in.right(), in.y},
            fit_text(canvas.metrics(),
                     "band: least to greatest, line: mean; right: share of time by value",
                     TextStyle::small, in.w - title - theme.em(1)),
            TextStyle::small, theme.dim, Align::right);
  in.y += theme.em(1.8f);
  in.h -= theme.em(3.8f);
  const std::size_t plots = answer.plots.empty() ? 0 : answer.plots[0].size();
  for (std::size_t i = 0; i < plots; ++i) {
    const float each = in.h / static_cast<float>(plots);
    const Overlay overlay = overlay_of(answer, i);
    if (overlay.first == nullptr) continue;
    draw_overlay(canvas, theme, answer, overlay, range, by,
                 {in.x, in.y + each * static_cast<float>(i), in.w, each - theme.em(0.5f)});
  }
  const TimeScale time(range, in.x + theme.em(kGutter), in.right() - theme.em(9));
  const report::RunClock clock =
      answer.runs[0].model ? answer.runs[0].model->clock : report::RunClock();
  for (const TimeTick& tick :
       time_ticks(range, std::max(1, static_cast<int>(in.w / theme.em(9))), format, clock)) {
    draw_text(canvas, {time.x(tick.t), in.bottom() + theme.em(0.2f)}, tick.label, TextStyle::small,
              theme.dim, Align::centre);
  }
  draw_words(canvas, theme, answer, panel);
}

}  // namespace soakrig::dashboard
