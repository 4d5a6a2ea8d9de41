// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/fleet_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "dashboard/plot/curve.hpp"
#include "dashboard/views/run_panel.hpp"

namespace soakrig::dashboard {
namespace {

constexpr Nanos kStillNow = kMinute;

struct Grid {
  std::size_t across = 1, first = 0;  // first = tiles scrolled out at the top
  float w = 0, h = 0, gap = 0;
  [[nodiscard]] Rect place(const Rect& area, std::size_t i) const {
    const float row = static_cast<float>(i / across) - static_cast<float>(first / across);
    return {area.x + gap + static_cast<float>(i % across) * (w + gap), area.y + gap + row * (h + gap),
            w, h};
  }
};

Grid grid_of(std::size_t tiles, std::size_t chosen, const Theme& theme, const Rect& area) {
  Grid out;
  out.gap = theme.em(0.8f);
  const auto most = static_cast<std::size_t>(std::max(1.0f, (area.w - out.gap) / theme.em(24)));
  out.across = std::clamp<std::size_t>(tiles, 1, most);
  const std::size_t down = std::max<std::size_t>(1, (tiles + out.across - 1) / out.across);
  out.w = (area.w - out.gap) / static_cast<float>(out.across) - out.gap;
  out.h = std::clamp((area.h - out.gap) / static_cast<float>(down) - out.gap, theme.em(12),
                     theme.em(22));
  const auto rows = static_cast<std::size_t>(std::max(1.0f, (area.h - out.gap) / (out.h + out.gap)));
  const std::size_t row = std::min(chosen, tiles - std::min<std::size_t>(tiles, 1)) / out.across;
  if (row >= rows) out.first = (row + 1 - rows) * out.across;
  return out;
}

std::string phase_now(const RunModel& run) {
  if (run.phases.empty()) return "not begun";
  const store::PhaseTimes& phase = run.phases.back();
  if (phase.end) return "after " + phase.name;
  return phase.dwell_begin ? phase.name : phase.name + ", ramp";
}

Tile unreadable(const OpenRun& open, std::size_t i) {
  Tile out;
  out.run = i;
  out.title = open.path.substr(open.path.rfind('/') + 1);
  out.state = open.error ? open.error->what : "connecting…";
  out.marker = Marker::cross;
  out.concern = open.error ? 6 : 1;
  return out;
}

// What was judged of the board, else how its run stands.
void add_state(const RunModel& run, const std::string& board, Tile& out) {
  const analysis::BoardJudgement* judged = run.judged(board);
  const std::optional<Verdict> verdict = judged != nullptr ? judged->verdict : std::nullopt;
  out.verdict = verdict;
  out.state = std::string(verdict ? to_string(*verdict) : to_string(run.state));
  out.marker = verdict                              ? marker_of(verdict)
               : run.state == RunState::interrupted ? Marker::triangle
                                                    : Marker::circle;
  out.concern = verdict                              ? static_cast<int>(*verdict)
                : run.state == RunState::interrupted ? 5
                : run.state == RunState::running     ? 2
                                                     : 1;
  if (verdict == Verdict::pass) out.concern = 0;
  if (judged != nullptr && judged->episodes.size() + judged->incidents.size() > 0)
    out.trouble = fmt::format("{} × throttled, {} incidents", judged->episodes.size(),
                              judged->incidents.size());
}

// A speed's newest window ends some seconds before the run's newest sample: it still tells of now.
std::optional<ValueAt> newest_of(const PlotData& plot, Nanos last) {
  const store::View& view = plot.views[0];
  if (!plot.spec.curves[0].is_derived()) return value_at(view, last);
  const auto bin =
      std::ranges::find_if(view.bins.rbegin(), view.bins.rend(),
                           [](const store::ViewBin& b) { return b.good > 0; });
  if (bin == view.bins.rend() || bin->t1 < last - kStillNow) return std::nullopt;
  return value_at(view, bin->t0);
}

Tile tile_of(const Answer& answer, std::size_t i, std::size_t board, const BoardContact* contact) {
  const RunModel& run = *answer.runs[i].model;
  const std::string name = board < run.boards.size() ? run.boards[board] : std::string();
  Tile out;
  out.run = i;
  out.board = board;
  out.title = run.boards.size() > 1 ? name : run.name;
  out.subtitle = (run.boards.size() > 1 ? run.name + ", " : name.empty() ? "" : name + ", ") +
                 phase_now(run) + ", " + length_text(run.last);
  out.simulated = run.provenance == Provenance::simulated;
  add_state(run, name, out);
  if (contact != nullptr && run.state == RunState::running) {
    out.contact = contact_text(*contact, run.last);
    out.lost = contact->lost();
    if (out.lost) {
      out.state = "recovering";
      out.marker = Marker::triangle;
      out.concern = 4;
    }
  }
  for (std::size_t k = 0; k < answer.plots[i].size(); ++k) {
    const PlotData& plot = answer.plots[i][k];
    if (plot.views.empty() || plot.spec.board != name) continue;
    out.plots.push_back(k);
    const auto now = newest_of(plot, run.last);
    out.figures.push_back(now ? value_with_unit(now->mean, plot.spec.unit) : "no reading");
  }
  return out;
}

void draw_spark(Canvas& canvas, const Theme& theme, const PlotData& plot, TimeRange range,
                const Rect& area, Colour colour) {
  if (plot.views.empty() || area.empty()) return;
  const Clip clip(canvas, area);
  const ValueScale value(fitting(extremes(std::span(plot.views.data(), 1))), area.bottom(), area.y);
  const CurveShape shape = shape_of(plot.views[0], TimeScale(range, area.x, area.right()), value,
                                    area, plot.spec.curves[0].steps);
  if (!plot.spec.curves[0].is_derived()) draw_absence(canvas, theme, shape);
  draw_curve(canvas, shape, {colour, false, 1.3f * theme.scale});
}

void draw_tile(Canvas& canvas, const Theme& theme, const Answer& answer, const Tile& tile,
               const Rect& place, bool chosen) {
  const TextMetrics& m = canvas.metrics();
  canvas.fill(place, theme.panel);
  draw_frame(canvas, place, chosen ? theme.accent : theme.border, chosen ? 2 * theme.scale : 1);
  const Rect in = place.inset(theme.em(0.7f));
  const RunModel* run = answer.runs[tile.run].model.get();
  const Colour colour = tile.verdict     ? colour_of(theme, tile.verdict)
                        : tile.lost      ? theme.warn
                        : run != nullptr ? look_of(theme, run->state).colour
                                         : theme.bad;
  const float state = m.width(tile.state, TextStyle::bold) + theme.em(1.3f);
  const float shown = std::min(state, in.w * 0.5f);
  draw_marker(canvas, tile.marker, {in.right() - shown + theme.em(0.5f), in.y + theme.em(0.6f)},
              theme.em(0.9f), colour);
  draw_text(canvas, {in.right(), in.y},
            fit_text(m, tile.state, TextStyle::bold, shown - theme.em(1.2f)), TextStyle::bold,
            colour, Align::right);
  draw_text(canvas, {in.x, in.y},
            fit_text(m, tile.title, TextStyle::bold, in.w - shown - theme.em(0.5f)),
            TextStyle::bold, theme.text);
  float y = in.y + theme.em(1.3f);
  draw_text(canvas, {in.x, y}, fit_text(m, tile.subtitle, TextStyle::small, in.w), TextStyle::small,
            theme.dim);
  y += theme.em(1.3f);
  if (!tile.contact.empty()) {
    draw_text(canvas, {in.x, y}, fit_text(m, tile.contact, TextStyle::small, in.w),
              TextStyle::small, tile.lost ? theme.bad : theme.text);
    y += theme.em(1.3f);
  }
  const float bottom = in.bottom() - theme.em(1.2f);
  for (std::size_t k = 0; k < tile.plots.size(); ++k) {
    const PlotData& plot = answer.plots[tile.run][tile.plots[k]];
    const float each = (bottom - y) / static_cast<float>(tile.plots.size() - k);
    const Rect line{in.x, y, in.w - theme.em(10.5f), each - theme.em(0.3f)};
    canvas.fill(line, theme.lane.faded(0.6f));
    if (run != nullptr) draw_spark(canvas, theme, plot, run->whole(), line, theme.series[k]);
    const float middle = line.y + line.h / 2;
    if (k < tile.figures.size())
      draw_text(canvas, {in.right(), middle - theme.em(1.1f)},
                fit_text(m, tile.figures[k], TextStyle::bold, theme.em(10.2f)), TextStyle::bold,
                theme.text, Align::right);
    draw_text(canvas, {in.right(), middle + theme.em(0.1f)},
              fit_text(m, plot.spec.title, TextStyle::small, theme.em(10.2f)), TextStyle::small,
              theme.dim, Align::right);
    y += each;
  }
  if (!tile.trouble.empty())
    draw_text(canvas, {in.x, bottom + theme.em(0.2f)},
              fit_text(m, tile.trouble, TextStyle::small, in.w * 0.7f), TextStyle::small,
              theme.bad);
  if (tile.simulated)
    draw_text(canvas, {in.right(), bottom + theme.em(0.2f)}, "SIMULATED", TextStyle::small,
              theme.accent, Align::right);
}

}  // namespace

std::string contact_text(const BoardContact& contact, Nanos now) {
  std::string out;
  const auto since = [now](const EventMark& mark) {
    return length_text(std::max<Nanos>(0, now - mark.t));
  };
  if (contact.lost()) {
    out = "no link for " + since(*contact.link) + ", reconnecting";
  } else if (contact.remote) {
    out = contact.link ? "link up for " + since(*contact.link) : "connecting…";
  }
  if (contact.has_console) {
    const auto& said = contact.console;
    out += std::string(out.empty() ? "" : " · ") +
           (!said              ? "console not opened yet"
            : said->up == true ? "console heard"
                               : "console not heard for " + since(*said));
  }
  return out;
}

std::vector<Tile> tiles_of(const Answer& answer) {
  std::vector<Tile> out;
  for (std::size_t i = 0; i < answer.runs.size() && i < answer.plots.size(); ++i) {
    if (!answer.runs[i].model) {
      out.push_back(unreadable(answer.runs[i], i));
      continue;
    }
    const auto& contacts = answer.runs[i].model->contacts;
    for (std::size_t board = 0; board < contacts.size(); ++board)
      out.push_back(tile_of(answer, i, board, &contacts[board]));
    if (contacts.empty()) out.push_back(tile_of(answer, i, 0, nullptr));
  }
  std::ranges::stable_sort(out, std::ranges::greater{}, &Tile::concern);
  return out;
}

void draw_fleet(Canvas& canvas, const Theme& theme, const Answer& answer, std::size_t chosen,
                const Rect& area) {
  const auto tiles = tiles_of(answer);
  const Grid grid = grid_of(tiles.size(), chosen, theme, area);
  const Clip clip(canvas, area);
  for (std::size_t i = grid.first; i < tiles.size(); ++i) {
    const Rect place = grid.place(area, i);
    if (place.y > area.bottom()) break;
    draw_tile(canvas, theme, answer, tiles[i], place, i == std::min(chosen, tiles.size() - 1));
  }
}

std::optional<std::size_t> tile_at(std::size_t tiles, std::size_t chosen, const Theme& theme,
                                   const Rect& area, Point at) {
  const Grid grid = grid_of(tiles, chosen, theme, area);
  for (std::size_t i = grid.first; i < tiles; ++i) {
    if (grid.place(area, i).contains(at)) return i;
  }
  return std::nullopt;
}

}  // namespace soakrig::dashboard
