// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/pointer.hpp"

#include <algorithm>
#include <cmath>

#include "dashboard/app/actions.hpp"
#include "dashboard/views/fleet_scene.hpp"
#include "dashboard/views/history_scene.hpp"

namespace soakrig::dashboard {
namespace {

bool has_time_axis(const Screen& screen) {
  return (screen.view == ViewKind::timeline || screen.view == ViewKind::incident) &&
         screen.run() != nullptr;
}

void set_range(Screen& screen, TimeRange range) {
  screen.range = sane(range);
  screen.follow.reset();
  if (screen.view == ViewKind::incident) screen.view = ViewKind::timeline;
}

std::optional<std::size_t> tab_at(const Theme& theme, const TextMetrics& metrics, const Rect& bar,
                                  Point at) {
  if (!bar.contains(at)) return std::nullopt;
  float x = bar.x + theme.em(0.8f);
  for (std::size_t i = 0; i < kViewNames.size(); ++i) {
    const float w = metrics.width(tab_label(i), TextStyle::normal) + theme.em(1);
    if (at.x >= x && at.x < x + w) return i;
    x += w + theme.em(0.2f);
  }
  return std::nullopt;
}

}  // namespace

bool PointerState::press(Screen& screen, const Theme& theme, const TextMetrics& metrics,
                         const Rect& area, const Pointer& now) {
  const ScreenLayout parts = lay_out_screen(theme, area);
  if (const auto tab = tab_at(theme, metrics, parts.bar, now.at)) {
    dashboard::press(screen, std::to_string(*tab + 1));
    return true;
  }
  if (parts.bar.contains(now.at) && now.at.x > parts.bar.right() - theme.em(6))
    return dashboard::press(screen, "?");
  if (screen.view == ViewKind::history && screen.answer) {
    const auto row = history_row_at(history_of(screen), theme, metrics, parts.view, now.at);
    if (!row) return false;
    screen.row = *row;
    if (now.twice) dashboard::press(screen, "Enter");
    return true;
  }
  if (screen.view == ViewKind::fleet && screen.answer) {
    const auto tile =
        tile_at(tiles_of(*screen.answer).size(), screen.row, theme, parts.view, now.at);
    if (!tile) return false;
    screen.row = *tile;
    if (now.twice) dashboard::press(screen, "Enter");
    return true;
  }
  if (!has_time_axis(screen)) return false;
  const TimelineLayout layout = timeline_layout(screen, theme, parts.view);
  if (now.twice && layout.stack.contains(now.at)) return dashboard::press(screen, "F");
  began_ = screen.shown();
  began_x_ = now.at.x;
  if (layout.minimap.contains(now.at)) {
    drag_ = Drag::minimap;
    drag(screen, layout, now);
    return true;
  }
  const Rect lanes{layout.stack.x, layout.phases.y, layout.stack.w,
                   layout.axis.bottom() - layout.phases.y};
  if (!lanes.contains(now.at)) return false;
  drag_ = now.shift || now.ctrl || now.right_down ? Drag::select : Drag::move;
  return true;
}

void PointerState::drag(Screen& screen, const TimelineLayout& layout, const Pointer& now) {
  const TimeScale before(began_, layout.stack.x, layout.stack.right());
  if (drag_ == Drag::move && std::abs(now.at.x - began_x_) > 1) {
    const Nanos by = before.t(began_x_) - before.t(now.at.x);
    set_range(screen, {began_.from + by, began_.to + by});
  } else if (drag_ == Drag::select && std::abs(now.at.x - began_x_) > 2) {
    const Nanos a = before.t(began_x_), b = before.t(now.at.x);
    screen.marks.selection = TimeRange{std::min(a, b), std::max(a, b)};
  } else if (drag_ == Drag::minimap) {
    const TimeScale whole(screen.run()->whole(), layout.minimap.x, layout.minimap.right());
    const Nanos centre = whole.t(now.at.x), half = began_.length() / 2;
    set_range(screen, {centre - half, centre - half + began_.length()});
  }
}

bool PointerState::handle(Screen& screen, const Theme& theme, const TextMetrics& metrics,
                          const Rect& area, const Pointer& now) {
  const bool was_down = last_.down || last_.right_down, is_down = now.down || now.right_down;
  const bool moved = now.at.x != last_.at.x || now.at.y != last_.at.y;
  bool changed = false;
  if (screen.box == Box::none) {
    if (is_down && (!was_down || now.twice)) changed |= press(screen, theme, metrics, area, now);
    if (has_time_axis(screen)) {
      const TimelineLayout layout =
          timeline_layout(screen, theme, lay_out_screen(theme, area).view);
      if (drag_ != Drag::none && was_down && moved) {
        drag(screen, layout, now);
        changed = true;
      }
      if (!is_down) drag_ = Drag::none;
      const bool over = now.at.x >= layout.stack.x && now.at.x < layout.stack.right() &&
                        now.at.y >= layout.phases.y && now.at.y < layout.axis.bottom();
      const TimeScale time = layout.scale(screen.shown());
      const auto hover = over ? std::optional(time.t(now.at.x)) : std::nullopt;
      changed |= hover != screen.marks.hover || (over && moved);
      screen.marks.hover = hover;
      screen.pointer = over && drag_ == Drag::none ? std::optional(now.at) : std::nullopt;
      if (now.wheel != 0 && over) {
        const double strength = now.ctrl ? 1.05 : now.shift ? 2.0 : 1.25;
        set_range(screen, zoomed(screen.shown(), *hover,
                                 std::pow(strength, -static_cast<double>(now.wheel))));
        changed = true;
      }
    } else {
      screen.pointer.reset();
    }
    if (!has_time_axis(screen) && now.wheel != 0) {
      changed |= dashboard::press(screen, now.wheel > 0 ? "Up" : "Down");
    }
  }
  last_ = now;
  return changed;
}

}  // namespace soakrig::dashboard
