// SPDX-License-Identifier: Apache-2.0
//
// The timeline of one run: minimap, lanes for phases, throttling, events and health, a stack of
// plots with equal gutters, the run's words and figures beside it. Layout is pure and is also what
// maps the pointer back to time and plot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dashboard/run/console_text.hpp"
#include "dashboard/views/lanes.hpp"
#include "dashboard/views/plot_scene.hpp"
#include "dashboard/views/text_flow.hpp"

namespace soakrig::dashboard {

struct Timeline {
  const RunModel* run = nullptr;  // never null where it is drawn
  std::string board;
  TimeRange range;
  TimeFormat format = TimeFormat::elapsed;
  const std::vector<PlotData>* plots = nullptr;    // of the range; null = on its way
  const std::vector<PlotData>* minimap = nullptr;  // one plot of the whole run; null = on its way
  std::size_t first_plot = 0;                      // scrolled down by so many plots
  Marks marks;
  // Further words at the top of the panel, such as statistics of the selection.
  std::vector<std::pair<std::string, std::string>> readout;
  const ConsoleText* console = nullptr;  // of an incident's range; null = none
  int line = 0;        // of an incident's log: chosen one, counted from the incident's own
  std::string banner;  // a state that the user must know of: "stale: nothing new for 12 s"
};

struct TimelineLayout {
  Rect header, minimap, phases, episodes, events, health, axis, panel;
  Rect stack;               // all plots' areas, without gutter
  std::vector<Rect> plots;  // with gutter, from first_plot on
  float gutter = 0;
  [[nodiscard]] TimeScale scale(TimeRange range) const { return {range, stack.x, stack.right()}; }
};

[[nodiscard]] TimelineLayout lay_out(const Timeline& timeline, const Theme& theme,
                                     const Rect& area);
void draw_timeline(Canvas& canvas, const Theme& theme, const Timeline& timeline,
                   const TimelineLayout& layout);

// What is under the pointer, in words, a line each: the event, episode, phase or span there.
[[nodiscard]] std::string tooltip_at(const Timeline& timeline, const TimelineLayout& layout,
                                     const Theme& theme, Point at);

}  // namespace soakrig::dashboard
