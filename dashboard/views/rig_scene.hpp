// SPDX-License-Identifier: Apache-2.0
//
// The rig: every instrument channel with its newest reading and how long ago it was, what went
// wrong between rig and instruments, and the chamber's curve. Stateless.
#pragma once

#include <string>
#include <vector>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"
#include "dashboard/run/run_model.hpp"
#include "dashboard/run/run_session.hpp"

namespace soakrig::dashboard {

struct RigReading {
  std::string channel, value, age, source;
  bool well = true;
};
// Of the rig's own channels among the plots, in their order.
[[nodiscard]] std::vector<RigReading> rig_readings(const RunModel& run,
                                                   const std::vector<PlotData>& plots);
// The newest `most` events of instruments, guard and links, newest first.
[[nodiscard]] std::vector<const EventMark*> rig_events(const RunModel& run, std::size_t most);

// What is known of the safety of a run that heats: whether a trip is latched, what the guard said
// last, where the chamber was told to go last. In words, the gravest first; empty without a chamber.
struct SafetyLine {
  std::string text;
  Severity severity = Severity::info;
};
[[nodiscard]] std::vector<SafetyLine> safety_lines(const RunModel& run, TimeFormat format);

void draw_rig(Canvas& canvas, const Theme& theme, const RunModel& run,
              const std::vector<PlotData>& plots, std::size_t first_plot, TimeRange range,
              TimeFormat format, const Rect& area);

}  // namespace soakrig::dashboard
