// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/history_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dashboard/plot/time_axis.hpp"
#include "dashboard/plot/value_axis.hpp"

namespace soakrig::dashboard {
namespace {

struct Column {
  std::string_view title;
  float em;     // width
  bool number;  // aligned right
};
constexpr std::array kColumns{Column{"verdict", 8, false},    Column{"started (UTC)", 8.5f, false},
                              Column{"name", 11, false},      Column{"boards", 9, false},
                              Column{"state", 8.5f, false},   Column{"data", 7.5f, false},
                              Column{"length", 6, true},      Column{"peak", 5.5f, true},
                              Column{"sustained", 6, true},   Column{"unit", 6, false},
                              Column{"retention", 6, true},   Column{"coverage", 6, true},
                              Column{"episodes", 5.5f, true}, Column{"incidents", 5.5f, true}};

// Where there is no room for all of them the last of these go first: whether data is simulated and
// what was sustained is never among them.
constexpr std::array<std::size_t, kColumns.size()> kByWeight{0,  2,  5, 8, 9,  1, 4,
                                                            13, 11, 3, 7, 10, 6, 12};
using Kept = std::array<bool, kColumns.size()>;

Kept kept_columns(const Theme& theme, float width) {
  Kept out{};
  float used = theme.em(0.4f);
  for (const std::size_t column : kByWeight) {
    used += theme.em(kColumns[column].em);
    if (used > width && column != kByWeight[0]) break;
    out[column] = true;
  }
  return out;
}

struct Parts {
  Rect heading, table, trend;
  float row = 0;
  std::size_t first = 0, fit = 0;
};

Parts parts_of(const History& h, const Theme& theme, const TextMetrics& metrics, const Rect& area) {
  Parts out;
  const Rect in = area.inset(theme.em(0.8f));
  const float trend = in.h > theme.em(26) ? std::min(in.h * 0.32f, theme.em(16)) : 0;
  out.row = metrics.height(TextStyle::normal) + theme.em(0.4f);
  out.heading = {in.x, in.y, in.w, theme.em(2.2f) + out.row};
  out.table = {in.x, out.heading.bottom(), in.w,
               std::max(0.0f, in.h - out.heading.h - trend - theme.em(0.6f))};
  out.trend = {in.x, in.bottom() - trend, in.w, trend};
  out.fit = static_cast<std::size_t>(std::max(1.0f, out.table.h / out.row));
  const std::size_t chosen = std::min(h.chosen, h.rows.empty() ? 0 : h.rows.size() - 1);
  if (chosen >= out.fit) out.first = chosen + 1 - out.fit;
  return out;
}

std::string number(const std::optional<double>& value) {
  return value ? value_with_unit(*value, "") : std::string("–");
}
std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", *share * 100) : std::string("–");
}

std::vector<std::string> cells_of(const HistoryRow& row) {
  if (row.error) return {"unreadable", "", row.file, *row.error};
  const report::RunClock clock(row.started_utc);
  const std::string data = row.provenance == Provenance::simulated  ? "SIMULATED"
                           : row.provenance == Provenance::replayed ? "REPLAYED"
                                                                    : "measured";
  return {std::string(row.verdict                      ? to_string(*row.verdict)
                      : row.state == RunState::running ? "running"
                                                       : "–"),
          time_text(0, kMinute, TimeFormat::utc, clock),
          row.name,
          row.boards,
          std::string(to_string(row.state)),
          data,
          row.length ? length_text(*row.length) : "–",
          number(row.peak),
          number(row.sustained),
          shown_unit(row.unit, 1).label,
          percent(row.retention),
          percent(row.coverage),
          std::to_string(row.episodes),
          std::to_string(row.incidents)};
}

void draw_row(Canvas& canvas, const Theme& theme, const Rect& place,
              const std::vector<std::string>& cells, Colour colour) {
  float x = place.x + theme.em(0.4f);
  const float y = place.y + theme.em(0.2f);
  const Kept kept = kept_columns(theme, place.w);
  for (std::size_t i = 0; i < cells.size() && x < place.right(); ++i) {
    if (!kept[i] && cells.size() > 4) continue;
    const bool wide = cells.size() == 4 && i == 3;  // an error has the rest of the line
    const float width = wide ? place.right() - x : theme.em(kColumns[i].em) - theme.em(0.6f);
    const std::string text =
        fit_text(canvas.metrics(), cells[i], TextStyle::normal, std::min(width, place.right() - x));
    const float inset = i == 0 && cells.size() > 4 ? theme.em(1.3f) : 0;
    if (!wide && kColumns[i].number) {
      draw_text(canvas, {x + width, y}, text, TextStyle::normal, colour, Align::right);
    } else {
      draw_text(canvas, {x + inset, y}, text, TextStyle::normal, colour);
    }
    x += theme.em(kColumns[i].em);
  }
}

void draw_trend(Canvas& canvas, const Theme& theme, const History& h, const Rect& area) {
  if (area.empty()) return;
  canvas.fill(area, theme.panel);
  draw_frame(canvas, area, theme.border);
  std::vector<const HistoryRow*> points;  // oldest first, of the newest unit
  for (auto row = h.rows.rbegin(); row != h.rows.rend(); ++row) {
    if (row->sustained) points.push_back(&*row);
  }
  const std::string unit = points.empty() ? "" : points.back()->unit;
  std::erase_if(points, [&](const HistoryRow* row) { return row->unit != unit; });
  const float title = theme.em(1.8f);
  draw_text(canvas, {area.x + theme.em(0.6f), area.y + theme.em(0.3f)},
            fmt::format("sustained speed of these runs, oldest to newest ({})", points.size()),
            TextStyle::small, theme.dim);
  if (points.empty()) return;
  std::optional<ValueRange> data;
  for (const HistoryRow* row : points) {
    data =
        data ? ValueRange{std::min(data->lo, *row->sustained), std::max(data->hi, *row->sustained)}
             : ValueRange{*row->sustained, *row->sustained};
  }
  const ValueRange range = fitting(data);
  const Rect plot{area.x + theme.em(6), area.y + title, area.w - theme.em(8),
                  area.h - title - theme.em(0.8f)};
  const ValueScale value(range, plot.bottom(), plot.y);
  const ShownUnit shown = shown_unit(unit, range.hi);
  for (const ValueTick& tick : value_ticks(range, 4, shown)) {
    const float y = value.y(tick.value);
    canvas.fill({plot.x, y, plot.w, 1}, theme.grid);
    draw_text(canvas, {plot.x - theme.em(0.5f), y - theme.em(0.5f)}, tick.label, TextStyle::small,
              theme.dim, Align::right);
  }
  draw_text(canvas, {area.x + theme.em(0.6f), plot.y + theme.em(0.3f)}, shown.label,
            TextStyle::small, theme.dim);
  std::vector<Point> line;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float share =
        points.size() > 1 ? static_cast<float>(i) / static_cast<float>(points.size() - 1) : 0.5f;
    line.push_back({plot.x + share * plot.w, value.y(*points[i]->sustained)});
  }
  canvas.polyline(line, theme.dim, theme.scale);
  for (std::size_t i = 0; i < points.size(); ++i) {
    draw_marker(canvas, marker_of(points[i]->verdict), line[i], theme.em(0.8f),
                colour_of(theme, points[i]->verdict));
  }
}

}  // namespace

void draw_history(Canvas& canvas, const Theme& theme, const History& h, const Rect& area) {
  const Parts parts = parts_of(h, theme, canvas.metrics(), area);
  const float title = draw_text(
      canvas, {parts.heading.x, parts.heading.y},
      fit_text(canvas.metrics(),
               fmt::format("{} run{} in {}", h.rows.size(), h.rows.size() == 1 ? "" : "s", h.archive),
               TextStyle::title, parts.heading.w * 0.6f),
      TextStyle::title, theme.text);
  const std::string filter = h.filter.empty()
                                 ? "type / to filter, Enter opens, C chooses for comparison"
                                 : "filter: " + h.filter;
  draw_text(canvas, {parts.heading.right(), parts.heading.y + theme.em(0.2f)},
            fit_text(canvas.metrics(), filter, TextStyle::normal,
                     parts.heading.w - title - theme.em(1)),
            TextStyle::normal, theme.dim, Align::right);
  std::vector<std::string> titles;
  for (const Column& column : kColumns) titles.emplace_back(column.title);
  draw_row(canvas, theme,
           {parts.heading.x, parts.heading.bottom() - parts.row, parts.heading.w, parts.row},
           titles, theme.dim);
  canvas.fill(parts.table, theme.panel);
  const Clip clip(canvas,
                  {parts.table.x, parts.table.y, parts.table.w, area.bottom() - parts.table.y});
  for (std::size_t i = 0; i < parts.fit && parts.first + i < h.rows.size(); ++i) {
    const std::size_t at = parts.first + i;
    const HistoryRow& row = h.rows[at];
    const Rect place{parts.table.x, parts.table.y + parts.row * static_cast<float>(i),
                     parts.table.w, parts.row};
    if (at % 2 == 1) canvas.fill(place, theme.lane.faded(0.5f));
    if (at == std::min(h.chosen, h.rows.size() - 1)) {
      canvas.fill(place, theme.accent.faded(0.15f));
      canvas.fill({place.x, place.y, theme.em(0.2f), place.h}, theme.accent);
    }
    if (!row.error)
      draw_marker(canvas, marker_of(row.verdict), {place.x + theme.em(0.9f), place.y + place.h / 2},
                  theme.em(0.8f), colour_of(theme, row.verdict));
    draw_row(canvas, theme, place, cells_of(row), row.error ? theme.bad : theme.text);
    if (std::ranges::find(h.compared, row.path) != h.compared.end()) {
      draw_text(canvas, {place.right() - theme.em(0.5f), place.y + theme.em(0.2f)}, "compare",
                TextStyle::small, theme.accent, Align::right);
    }
  }
  draw_trend(canvas, theme, h, parts.trend);
}

std::optional<std::size_t> history_row_at(const History& h, const Theme& theme,
                                          const TextMetrics& metrics, const Rect& area, Point at) {
  const Parts parts = parts_of(h, theme, metrics, area);
  if (!parts.table.contains(at)) return std::nullopt;
  const std::size_t row =
      parts.first + static_cast<std::size_t>((at.y - parts.table.y) / parts.row);
  return row < h.rows.size() ? std::optional(row) : std::nullopt;
}

}  // namespace soakrig::dashboard
