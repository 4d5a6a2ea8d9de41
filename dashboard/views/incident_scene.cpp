// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/incident_scene.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soakrig::dashboard {
namespace {

IncidentLine::From from_of(const EventMark& mark) {
  if (mark.kind == event_kind::kKernelLog) return IncidentLine::From::kernel;
  return mark.kind == "note" ? IncidentLine::From::note : IncidentLine::From::rig;
}

// What is behind the heading: how much there is, and what is missing.
std::string heading_of(const Timeline& t, std::size_t lines) {
  std::string out = fmt::format("{} lines, seconds before and after", lines);
  if (t.console == nullptr) return out;
  if (t.console->left_out > 0)
    out += fmt::format("; {} lines of the console farther off are left out", t.console->left_out);
  if (t.console->lost > 0)
    out += fmt::format("; the console was too fast for {} lines", t.console->lost);
  if (!t.console->problems.empty()) out += "; console: " + t.console->problems.front();
  return out;
}

void draw_log(Canvas& canvas, const Theme& theme, const Timeline& t, Nanos incident,
              const std::vector<IncidentLine>& lines, std::size_t chosen, const Rect& place) {
  const Rect panel = place.inset(theme.em(0.5f));
  canvas.fill(panel, theme.panel);
  draw_frame(canvas, panel, theme.border);
  const Rect in = panel.inset(theme.em(0.5f));
  const TextMetrics& m = canvas.metrics();
  const float row = m.height(TextStyle::small) + theme.em(0.15f);
  const char* title = "What was said meanwhile";
  draw_text(canvas, {in.x, in.y}, title, TextStyle::bold, theme.text);
  const float after = in.x + m.width(title, TextStyle::bold) + theme.em(1);
  draw_text(canvas, {after, in.y + theme.em(0.1f)},
            fit_text(m, heading_of(t, lines.size()), TextStyle::small, in.right() - after),
            TextStyle::small, theme.dim);
  float y = in.y + m.height(TextStyle::bold) + theme.em(0.4f);
  if (lines.empty())
    draw_text(canvas, {in.x, y}, "nothing was recorded", TextStyle::small, theme.dim);
  const auto fit = static_cast<std::size_t>(std::max(1.0f, (in.bottom() - y) / row));
  // The chosen line stays in the middle, but for the ends.
  const std::size_t last = lines.size() - std::min(lines.size(), fit);
  const std::size_t first = std::min(chosen - std::min(chosen, fit / 2), last);
  const float time = theme.em(1) + m.width("-000.000 s", TextStyle::small);
  const float from = time + theme.em(0.8f),
              text = from + m.width("throttled", TextStyle::small) + theme.em(0.8f);
  for (std::size_t i = first; i < lines.size() && i - first < fit; ++i, y += row) {
    const IncidentLine& line = lines[i];
    const Colour colour = line.own || line.severity == Severity::alarm ? theme.bad
                          : line.severity == Severity::warning         ? theme.warn
                          : line.from == IncidentLine::From::console   ? theme.dim
                                                                       : theme.text;
    if (i == chosen)
      canvas.fill({in.x, y - theme.em(0.05f), in.w, row}, theme.accent.faded(0.18f));
    if (line.own) draw_text(canvas, {in.x, y}, "▶", TextStyle::small, theme.bad);
    draw_text(canvas, {in.x + time, y},
              fmt::format("{:+.{}f} s", to_seconds(line.t - incident),
                          line.from == IncidentLine::From::console ? 3 : 1),
              TextStyle::small, colour, Align::right);
    draw_text(canvas, {in.x + from, y}, to_string(line.from), TextStyle::small, theme.dim);
    draw_text(canvas, {in.x + text, y}, fit_text(m, line.text, TextStyle::small, in.w - text),
              TextStyle::small, colour);
  }
}

}  // namespace

std::string_view to_string(IncidentLine::From from) {
  switch (from) {
    case IncidentLine::From::kernel:
      return "kernel";
    case IncidentLine::From::console:
      return "console";
    case IncidentLine::From::throttle:
      return "throttled";
    case IncidentLine::From::note:
      return "note";
    case IncidentLine::From::rig:
      break;
  }
  return "event";
}

std::vector<IncidentLine> incident_lines(const Timeline& t, Nanos incident) {
  std::vector<IncidentLine> out;
  for (const EventMark& mark : marks_in(*t.run, t.board, t.range)) {
    out.push_back({from_of(mark), mark.t, mark.text, mark.t == incident, mark.severity});
  }
  for (const LaneSpan& episode : episode_spans(*t.run, t.board)) {
    if (episode.when.from < t.range.from || episode.when.from > t.range.to) continue;
    std::string text = episode.detail;
    std::ranges::replace(text, '\n', ' ');
    out.push_back({IncidentLine::From::throttle, episode.when.from, std::move(text),
                   episode.when.from == incident, Severity::warning});
  }
  if (t.console != nullptr) {
    for (const ConsoleText::Line& line : t.console->lines) {
      if (line.t < t.range.from || line.t > t.range.to) continue;
      out.push_back({IncidentLine::From::console, line.t, line.text, false, Severity::info});
    }
  }
  std::ranges::stable_sort(out, {}, &IncidentLine::t);
  return out;
}

std::size_t own_line(const std::vector<IncidentLine>& lines, Nanos incident) {
  const auto own = std::ranges::find(lines, true, &IncidentLine::own);
  if (own != lines.end()) return static_cast<std::size_t>(own - lines.begin());
  const auto after = std::ranges::upper_bound(lines, incident, {}, &IncidentLine::t);
  return after == lines.begin() ? 0 : static_cast<std::size_t>(after - lines.begin()) - 1;
}

IncidentLayout lay_out_incident(const Theme& theme, const Rect& area) {
  const float log = std::min(area.h * 0.36f, std::max(theme.em(14), area.h * 0.3f));
  return {{area.x, area.y, area.w, area.h - log}, {area.x, area.bottom() - log, area.w, log}};
}

void draw_incident(Canvas& canvas, const Theme& theme, const Timeline& timeline, Nanos incident,
                   const Rect& area) {
  Timeline t = timeline;
  t.marks.a = incident;
  const auto lines = incident_lines(t, incident);
  const auto own = static_cast<long>(own_line(lines, incident));
  const auto chosen = static_cast<std::size_t>(
      std::clamp(own + t.line, 0L, std::max(0L, static_cast<long>(lines.size()) - 1)));
  if (t.line != 0 && !t.marks.hover && chosen < lines.size()) t.marks.hover = lines[chosen].t;
  const IncidentLayout layout = lay_out_incident(theme, area);
  draw_timeline(canvas, theme, t, lay_out(t, theme, layout.timeline));
  draw_log(canvas, theme, t, incident, lines, chosen, layout.log);
}

}  // namespace soakrig::dashboard
