// SPDX-License-Identifier: Apache-2.0
//
// One incident: a minute before to two minutes after it, of everything: the timeline's plots, and
// below them what was said meanwhile by kernel, workloads and rig, line by line. Stateless.
#pragma once

#include "dashboard/views/timeline_scene.hpp"

namespace soakrig::dashboard {

// The lines of the log: seconds relative to the incident, and the text; the incident's own is
// marked. The nearest `most` of them.
struct IncidentLine {
  Nanos t = 0;
  std::string text;
  bool own = false;
  Severity severity = Severity::info;
};
[[nodiscard]] std::vector<IncidentLine> incident_lines(const Timeline& timeline, Nanos incident,
                                                       std::size_t most);

void draw_incident(Canvas& canvas, const Theme& theme, const Timeline& timeline, Nanos incident,
                   const Rect& area);

}  // namespace soakrig::dashboard
