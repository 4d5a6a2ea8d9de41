// SPDX-License-Identifier: Apache-2.0
#include "results/report/event_text.hpp"

#include <fmt/format.h>

#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/base/secrets.hpp"

namespace soakrig::report {
namespace {

using nlohmann::json;

// A field as text, made safe for a terminal: control characters become spaces.
std::string field(const json& body, const char* key) {
  const auto found = body.find(key);
  if (found == body.end() || found->is_null()) return {};
  std::string text = found->is_string() ? found->get<std::string>() : dump_json(*found);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text.size() > 160 ? text.substr(0, 157) + "…" : text;
}

std::string first_evidence(const json& body) {
  const auto list = body.find("evidence");
  if (list == body.end() || !list->is_array() || list->empty() || !(*list)[0].is_string()) {
    return {};
  }
  return ": " + field(json{{"e", (*list)[0]}}, "e");
}

std::string limit_text(const json& body) {
  if (!json_get<bool>(body, "broken").value_or(true)) {
    return fmt::format("{} is back within its limit", field(body, "channel"));
  }
  return fmt::format("{} = {} broke its limit ({})", field(body, "channel"), field(body, "value"),
                     field(body, "action"));
}

// Of a board's supply ("cycle"), or of one switch of a relay ("switch1").
std::string power_text(const json& body) {
  std::string text = "power " + field(body, "what");
  if (!json_get<bool>(body, "ok").value_or(false)) return text + " FAILED: " + field(body, "reason");
  if (const auto watts = json_get<double>(body, "off_watts")) {
    text += fmt::format(", off at {:.2f} W", *watts);
  }
  if (const auto watts = json_get<double>(body, "on_watts")) {
    text += fmt::format(", on at {:.2f} W", *watts);
  }
  return text;
}

// How a rung of a search ended.
std::string search_text(const json& body) {
  const bool gave_way = json_get<bool>(body, "gave_way").value_or(false);
  const std::string where = field(body, "phase") + " at " + field(body, "ambient") + " °C";
  return "search: " + where + (gave_way ? ": gave way: " + field(body, "why") : ": held");
}

std::string describe(const std::string& kind, const json& body) {
  if (kind == event_kind::kIncident) {
    const std::string workload = field(body, "workload");
    return fmt::format("incident {}{}{}", field(body, "class"),
                       workload.empty() ? "" : " of " + workload, first_evidence(body));
  }
  if (kind == event_kind::kWorkReady) return field(body, "workload") + " is ready";
  if (kind == event_kind::kWorkRestart) {
    return fmt::format("{} restarts (attempt {})", field(body, "workload"),
                       field(body, "attempt"));
  }
  if (kind == event_kind::kWorkGarbage) {
    return fmt::format("{} printed {} lines that are not its protocol", field(body, "workload"),
                       field(body, "lines"));
  }
  if (kind == event_kind::kLimit) return limit_text(body);
  if (kind == event_kind::kTrip) return "TRIP: " + field(body, "reason");
  if (kind == "guard") {
    const bool safe = json_get<bool>(body, "safe").value_or(false);
    return fmt::format("guard: {}{}: {}", field(body, "stage"), safe ? ", safe" : "",
                       field(body, "reason"));
  }
  if (kind == event_kind::kRigFault) return "rig fault: " + field(body, "what");
  if (kind == event_kind::kChamber) {
    const std::string set_point = field(body, "set_point");
    const std::string reason = field(body, "reason");
    return "chamber: " + field(body, "what") + (set_point.empty() ? "" : " (" + set_point + " °C)") +
           (reason.empty() ? "" : ": " + reason);
  }
  if (kind == event_kind::kSearch) return search_text(body);
  if (kind == event_kind::kPower) return power_text(body);
  if (kind == event_kind::kMeter) {
    const auto joules = [&](const char* key) {
      return fmt::format("{:.1f}", json_get<double>(body, key).value_or(0));
    };
    return fmt::format("{}: {}: {} J by power, {} J counted", field(body, "instrument"),
                       field(body, "what"), joules("integrated_j"), joules("counted_j"));
  }
  if (kind == event_kind::kOperator) return "operator: " + field(body, "reason");
  if (kind == event_kind::kNotify) {
    return fmt::format("notifier {}: {}", field(body, "argv0"), field(body, "reason"));
  }
  if (kind == event_kind::kKernelLog) return "kernel: " + field(body, "text");
  if (kind == event_kind::kConsoleLink) {
    const bool up = json_get<bool>(body, "up").value_or(false);
    return up ? "the serial console is heard"
              : "the serial console is not heard: " + field(body, "reason");
  }
  if (kind == event_kind::kLink) {
    if (!json_get<bool>(body, "up").value_or(false)) return "link lost: " + field(body, "reason");
    const auto after = json_get<double>(body, "after_s");
    return after ? fmt::format("link back after {:.1f} s", *after) : "link up";
  }
  if (kind == event_kind::kGap) return "gap: " + field(body, "reason");
  if (kind == event_kind::kBoot) return "the board booted";
  return {};
}

}  // namespace

std::string event_text(const Event& event) {
  // A live event has not been through the store's mask yet, and these words end in logs.
  const json body = parse_json(mask_json(event.body)).value_or(json::object());
  const std::string text = describe(event.kind, body);
  return text.empty() || event.board.empty() ? text : event.board + ": " + text;
}

}  // namespace soakrig::report
