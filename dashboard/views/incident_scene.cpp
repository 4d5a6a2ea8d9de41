// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/incident_scene.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace soakrig::dashboard {

std::vector<IncidentLine> incident_lines(const Timeline& t, Nanos incident, std::size_t most) {
  std::vector<IncidentLine> out;
  for (const EventMark& mark : marks_in(*t.run, t.board, t.range)) {
    out.push_back({mark.t, mark.text, mark.t == incident, mark.severity});
  }
  for (const LaneSpan& episode : episode_spans(*t.run, t.board)) {
    if (episode.when.from < t.range.from || episode.when.from > t.range.to) continue;
    std::string text = "throttled: " + episode.detail;
    std::ranges::replace(text, '\n', ' ');
    out.push_back(
        {episode.when.from, std::move(text), episode.when.from == incident, Severity::warning});
  }
  if (out.size() > most) {
    std::ranges::stable_sort(out, {},
                             [&](const IncidentLine& line) { return std::abs(line.t - incident); });
    out.resize(most);
  }
  std::ranges::stable_sort(out, {}, &IncidentLine::t);
  return out;
}

void draw_incident(Canvas& canvas, const Theme& theme, const Timeline& timeline, Nanos incident,
                   const Rect& area) {
  const float log = std::min(area.h * 0.3f, theme.em(14));
  Timeline t = timeline;
  t.marks.a = incident;
  const Rect above{area.x, area.y, area.w, area.h - log};
  draw_timeline(canvas, theme, t, lay_out(t, theme, above));
  const Rect panel = Rect{area.x, above.bottom(), area.w, log}.inset(theme.em(0.5f));
  canvas.fill(panel, theme.panel);
  draw_frame(canvas, panel, theme.border);
  TextFlow flow(canvas, theme, panel.inset(theme.em(0.6f)));
  const auto fit =
      static_cast<std::size_t>(std::max(1.0f, (panel.h - theme.em(3)) / theme.em(1.15f)));
  flow.heading("What was said meanwhile: seconds before and after");
  const auto lines = incident_lines(t, incident, fit);
  if (lines.empty()) flow.line("nothing was recorded", theme.dim, TextStyle::small);
  for (const IncidentLine& line : lines) {
    const Colour colour = line.own || line.severity == Severity::alarm ? theme.bad
                          : line.severity == Severity::warning         ? theme.warn
                                                                       : theme.text;
    flow.line(fmt::format("{} {:+8.1f} s  {}", line.own ? "▶" : "  ", to_seconds(line.t - incident),
                          line.text),
              colour, TextStyle::small);
  }
}

}  // namespace soakrig::dashboard
