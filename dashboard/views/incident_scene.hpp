// SPDX-License-Identifier: Apache-2.0
//
// One incident: a minute before to two minutes after it, of everything: the timeline's plots, and
// below them what was said meanwhile by kernel, console, workloads and rig, line by line. Stateless.
#pragma once

#include "dashboard/views/timeline_scene.hpp"

namespace soakrig::dashboard {

struct IncidentLine {
  enum class From : std::uint8_t { rig, kernel, console, throttle, note } from = From::rig;
  Nanos t = 0;
  std::string text;
  bool own = false;  // it happened at the incident's instant
  Severity severity = Severity::info;
};
[[nodiscard]] std::string_view to_string(IncidentLine::From from);

// All of them in the timeline's range, in order of time.
[[nodiscard]] std::vector<IncidentLine> incident_lines(const Timeline& timeline, Nanos incident);
// The incident's own line, else the last before it; 0 where there are none.
[[nodiscard]] std::size_t own_line(const std::vector<IncidentLine>& lines, Nanos incident);

struct IncidentLayout {
  Rect timeline, log;
};
[[nodiscard]] IncidentLayout lay_out_incident(const Theme& theme, const Rect& area);

// The chosen line of the log is where the pointer would be in the plots.
void draw_incident(Canvas& canvas, const Theme& theme, const Timeline& timeline, Nanos incident,
                   const Rect& area);

}  // namespace soakrig::dashboard
