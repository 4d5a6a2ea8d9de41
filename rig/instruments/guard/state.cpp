// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/state.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "rig/base/json_guard.hpp"

namespace soakrig::guard {
namespace {

using nlohmann::json;
constexpr std::array<std::string_view, 3> kStages = {"armed", "lost", "tripped"};

}  // namespace

std::string_view to_string(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

std::string encode_state(const GuardState& state) {
  json steps = json::array();
  for (const StepState& s : state.steps) {
    steps.push_back({{"name", s.name}, {"held", s.held}, {"error", s.error}});
  }
  return dump_json({{"stage", std::string(to_string(state.stage))},
                    {"reason", state.reason},
                    {"since", state.since},
                    {"safe", state.safe},
                    {"load_stopped", state.load_stopped},
                    {"guard",
                     {{"pid", state.guard.pid},
                      {"start_time", state.guard.start_time},
                      {"boot_id", state.guard.boot_id}}},
                    {"steps", steps}}) +
         "\n";
}

Result<GuardState> parse_state(std::string_view text, const std::string& file) {
  const Error bad{Errc::invalid, "not a guard's state",
                  "look at the chamber itself, then remove the file", file, 1};
  const auto body = parse_json(text);
  if (!body || !body->is_object()) return bad;
  const auto stage = json_get<std::string>(*body, "stage");
  const auto reason = json_get<std::string>(*body, "reason");
  const auto since = json_get<std::string>(*body, "since");
  const auto safe = json_get<bool>(*body, "safe");
  const auto stopped = json_get<bool>(*body, "load_stopped");
  const auto owner = body->find("guard");
  if (!stage || !reason || !since || !safe || !stopped || owner == body->end()) return bad;
  const auto pid = json_get<pid_t>(*owner, "pid");
  const auto start = json_get<std::uint64_t>(*owner, "start_time");
  const auto boot = json_get<std::string>(*owner, "boot_id");
  if (!pid || !start || !boot) return bad;
  GuardState state;
  state.reason = *reason;
  state.since = *since;
  state.safe = *safe;
  state.load_stopped = *stopped;
  state.guard = {*pid, *start, *boot};
  bool known = false;
  for (std::size_t i = 0; i < kStages.size(); ++i) {
    if (*stage != kStages[i]) continue;
    state.stage = static_cast<Stage>(i);
    known = true;
  }
  if (!known) return bad;
  const auto steps = body->find("steps");
  if (steps == body->end() || !steps->is_array() || steps->size() > 1024) return bad;
  for (const json& each : *steps) {
    const auto name = json_get<std::string>(each, "name");
    const auto held = json_get<bool>(each, "held");
    if (!name || !held) return bad;
    state.steps.push_back({*name, *held, json_get<std::string>(each, "error").value_or("")});
  }
  return state;
}

}  // namespace soakrig::guard
