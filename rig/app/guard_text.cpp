// SPDX-License-Identifier: Apache-2.0
#include "rig/app/guard_text.hpp"

#include <fmt/format.h>

#include "rig/base/json_guard.hpp"

namespace soakrig::app {
namespace {

using nlohmann::json;

std::string one_run(const GuardedRun& run) {
  if (!run.plan) return fmt::format("{}  unreadable: {}\n", run.run, run.plan.error().message());
  const std::string chamber = run.plan->lost.front().connect;
  std::string text = fmt::format("{} ({})  {}  {}\n", run.run, run.plan->name,
                                 guard_standing(run), chamber);
  if (!run.state) return text + "  state unreadable: " + run.state.error().message() + "\n";
  const guard::GuardState& state = *run.state;
  if (state.stage == guard::Stage::armed) return text;
  text += fmt::format("  {} since {}: {}\n", guard::to_string(state.stage), state.since,
                      state.reason);
  for (const guard::StepState& step : state.steps) {
    text += fmt::format("  {} {}{}{}\n", step.held ? "done" : "NOT DONE", step.name,
                        step.error.empty() ? "" : ": ", step.error);
  }
  text += fmt::format("  chamber {}, load {}, guard {}\n", state.safe ? "safe" : "NOT KNOWN SAFE",
                      state.load_stopped ? "stopped" : "not stopped by the guard",
                      run.guard_alive ? "at work" : "gone");
  return text;
}

}  // namespace

std::string guard_standing(const GuardedRun& run) {
  if (!run.state) return "unreadable";
  const bool armed = run.state->stage == guard::Stage::armed;
  return armed && !run.guard_alive ? "unguarded" : std::string(to_string(run.state->stage));
}

std::string guard_status_text(const std::vector<GuardedRun>& runs) {
  if (runs.empty()) return "no chamber is guarded, and nothing waits to be cleared\n";
  std::string text;
  for (const GuardedRun& run : runs) text += one_run(run);
  return text;
}

std::string guard_status_json(const std::vector<GuardedRun>& runs) {
  json list = json::array();
  for (const GuardedRun& run : runs) {
    json each = {{"run", run.run},
                 {"name", nullptr},
                 {"file", nullptr},
                 {"chamber", nullptr},
                 {"standing", guard_standing(run)},
                 {"guard_alive", run.guard_alive},
                 {"controller_alive", run.controller_alive},
                 {"reason", nullptr},
                 {"since", nullptr},
                 {"safe", nullptr},
                 {"load_stopped", nullptr},
                 {"steps", json::array()},
                 {"error", nullptr}};
    if (run.plan) {
      each["name"] = run.plan->name;
      each["file"] = run.plan->file;
      each["chamber"] = run.plan->lost.front().connect;
    } else {
      each["error"] = run.plan.error().message();
    }
    if (run.state) {
      each["reason"] = run.state->reason;
      each["since"] = run.state->since;
      each["safe"] = run.state->safe;
      each["load_stopped"] = run.state->load_stopped;
      for (const auto& s : run.state->steps) {
        each["steps"].push_back({{"name", s.name}, {"held", s.held}, {"error", s.error}});
      }
    } else {
      each["error"] = run.state.error().message();
    }
    list.push_back(std::move(each));
  }
  return dump_json({{"guards", list}}) + "\n";
}

Result<void> may_clear(const GuardedRun& run) {
  if (!run.plan) return run.plan.error();
  if (!run.state) return run.state.error();
  if (run.state->stage == guard::Stage::armed) {
    if (run.controller_alive || run.guard_alive) {
      return Error{Errc::busy, "run " + run.run + " goes on, and its guard is needed",
                   "end it with soakrig stop"};
    }
    return Error{Errc::unsupported,
                 "controller and guard of run " + run.run +
                     " are gone, and its chamber was left as it was",
                 "run soakrig-guard --recover, or make it safe by hand and say --force"};
  }
  if (run.state->safe) return {};
  return Error{Errc::unsupported,
               "the chamber of run " + run.run + " is not known to be safe",
               run.guard_alive ? "its guard is at it; see soakrig guard status, or make it safe by "
                                 "hand and say --force"
                               : "run soakrig-guard --recover, or make it safe by hand and say "
                                 "--force"};
}

}  // namespace soakrig::app
