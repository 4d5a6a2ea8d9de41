// SPDX-License-Identifier: Apache-2.0
#include "rig/control/run_events.hpp"

#include <cmath>

#include "rig/base/json_guard.hpp"
#include "rig/control/run_engine.hpp"

namespace soakrig::control {

using nlohmann::json;

std::string_view to_string(EndedBy by) {
  switch (by) {
    case EndedBy::plan: return "plan";
    case EndedBy::operator_: return "operator";
    case EndedBy::limit: return "limit";
    case EndedBy::fault: return "fault";
    case EndedBy::nothing_left: return "nothing-left";
  }
  return "plan";
}

Event limit_event(const LimitChange& c, const std::string& board) {
  json body{{"channel", c.limit.channel},
            {"value", c.value},
            {"action", std::string(to_string(c.limit.action))},
            {"broken", c.broken}};
  if (c.limit.min) body["min"] = *c.limit.min;
  if (c.limit.max) body["max"] = *c.limit.max;
  const bool acts = c.broken && c.limit.action != LimitAction::warn;
  return {c.t, board, std::string(event_kind::kLimit), acts ? Severity::alarm : Severity::warning,
          dump_json(body)};
}

Event settled_event(double from, double to, Nanos took) {
  const double minutes = to_seconds(took) / 60;
  json body{{"what", "the air has settled"}, {"set_point", to}, {"from", from},
            {"took_s", to_seconds(took)}, {"ramp_k_per_min", nullptr}};
  if (minutes > 0) body["ramp_k_per_min"] = std::abs(to - from) / minutes;
  return {0, "", std::string(event_kind::kChamber), Severity::info, dump_json(body)};
}

std::string notification(const Event& event, const std::string& run, const std::string& file,
                         Nanos utc) {
  return dump_json({{"on", event.kind},
                    {"run", run},
                    {"file", file},
                    {"board", event.board},
                    {"utc", format_rfc3339(utc)},
                    {"run_s", to_seconds(event.t)},
                    {"body", parse_json(event.body).value_or(json::object())}});
}

}  // namespace soakrig::control
