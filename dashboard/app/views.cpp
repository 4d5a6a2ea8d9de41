// SPDX-License-Identifier: Apache-2.0
//
// Which scene a view is drawn by: the one place that a further view is added to.
#include "dashboard/app/boxes.hpp"
#include "dashboard/views/compare_scene.hpp"
#include "dashboard/views/fleet_scene.hpp"
#include "dashboard/views/history_scene.hpp"
#include "dashboard/views/incident_scene.hpp"
#include "dashboard/views/rig_scene.hpp"
#include "dashboard/views/tooltip.hpp"

namespace soakrig::dashboard {
namespace {

// What the pointer is over, in words.
void draw_hint(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area) {
  if (!screen.pointer) return;
  const TimelineLayout layout = timeline_layout(screen, theme, area);
  draw_tooltip(canvas, theme, tooltip_at(timeline_of(screen), layout, theme, *screen.pointer),
               *screen.pointer, area);
}

}  // namespace

void draw_view(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area) {
  static const std::vector<PlotData> kNone;
  const auto* plots = screen.plots();
  switch (screen.view) {
    case ViewKind::fleet:
      if (screen.answer && screen.answer->query.view == ViewKind::fleet)
        draw_fleet(canvas, theme, *screen.answer, screen.row, area);
      return;
    case ViewKind::history:
      if (screen.answer) draw_history(canvas, theme, history_of(screen), area);
      return;
    case ViewKind::compare:
      if (screen.answer->query.view == ViewKind::compare)
        draw_compare(canvas, theme, *screen.answer, screen.shown(), screen.align,
                     screen.settings.format, area);
      return;
    case ViewKind::rig:
      draw_rig(canvas, theme, *screen.run(), plots != nullptr ? *plots : kNone, screen.first_plot,
               screen.shown(), screen.settings.format, area);
      return;
    case ViewKind::incident:
      if (screen.incident) {
        draw_incident(canvas, theme, timeline_of(screen), *screen.incident, area);
        draw_hint(canvas, theme, screen, area);
        return;
      }
      [[fallthrough]];
    case ViewKind::timeline:
      break;
  }
  const Timeline timeline = timeline_of(screen);
  draw_timeline(canvas, theme, timeline, lay_out(timeline, theme, area));
  draw_hint(canvas, theme, screen, area);
}

}  // namespace soakrig::dashboard
