// SPDX-License-Identifier: Apache-2.0
//
// What the pointer does: wheel zooms where it is, drag moves, Shift or right drag selects a range
// for statistics, the minimap is dragged along, a click on a tab, row or tile chooses it. Pure.
#pragma once

#include "dashboard/app/screen.hpp"

namespace soakrig::dashboard {

// One look at the pointer; all in pixels of the window.
struct Pointer {
  Point at;
  float wheel = 0;  // notches, up is positive
  bool down = false, right_down = false, shift = false, ctrl = false, twice = false;
};

// Remembers what a drag began with.
class PointerState {
 public:
  // True when something of the screen changed.
  bool handle(Screen& screen, const Theme& theme, const TextMetrics& metrics, const Rect& area,
              const Pointer& now);

 private:
  enum class Drag : std::uint8_t { none, move, select, minimap };
  bool press(Screen& screen, const Theme& theme, const TextMetrics& metrics, const Rect& area,
             const Pointer& now);
  void drag(Screen& screen, const TimelineLayout& layout, const Pointer& now);

  Pointer last_;
  Drag drag_ = Drag::none;
  TimeRange began_;
  float began_x_ = 0;
};

}  // namespace soakrig::dashboard
