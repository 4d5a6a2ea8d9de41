// SPDX-License-Identifier: Apache-2.0
//
// soakrig status [--json]: the runs that go on now.
#include <fmt/format.h>

#include <cstdio>
#include <span>
#include <string>

#include "rig/app/command_line.hpp"
#include "rig/app/live_runs.hpp"
#include "rig/app/live_view.hpp"
#include "rig/app/orphans.hpp"
#include "rig/app/status_line.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::app {
namespace {

using nlohmann::json;

json number(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

json to_json(const LiveView& view) {
  json boards = json::array();
  for (const LiveBoard& board : view.boards) {
    json work = json::array();
    for (const LiveWork& w : board.work) {
      work.push_back({{"name", w.name}, {"unit", w.unit + "/s"}, {"speed", number(w.speed)}});
    }
    boards.push_back({{"name", board.name},
                      {"temperature", number(board.temperature)},
                      {"frequency", number(board.frequency)},
                      {"power", number(board.power)},
                      {"limiters", board.limiters},
                      {"incidents", board.incidents},
                      {"work", std::move(work)}});
  }
  return {{"id", view.id},
          {"name", view.name},
          {"file", view.path},
          {"phase", view.phase},
          {"stage", view.stage},
          {"elapsed_s", to_seconds(view.now)},
          {"planned_s", to_seconds(view.planned)},
          {"provenance", std::string(to_string(view.provenance))},
          {"chamber", number(view.chamber)},
          {"set_point", number(view.set_point)},
          {"boards", std::move(boards)}};
}

void print(const LiveView& view) {
  fmt::print("{}  {}{}\n  {} · {} · {} of ~{}\n", view.id, view.name,
             view.provenance == Provenance::simulated ? "  [SIMULATED]" : "", view.phase,
             view.stage, format_duration(view.now), format_duration(view.planned));
  for (const LiveBoard& board : view.boards) {
    fmt::print("  {}: {} · {}", board.name, figure(board.temperature, "°C"),
               figure(board.power, "W"));
    for (const LiveWork& w : board.work) {
      fmt::print(" · {} {}", w.name,
                 figure(w.speed, w.unit == "{token}" ? "tokens/s" : "/s"));
    }
    if (board.incidents > 0) fmt::print(" · {} incidents", board.incidents);
    fmt::print("\n");
  }
  fmt::print("  {}\n", view.path);
}

// What goes on, or lies about, without a controller: agents here, and runs whose agents may be elsewhere.
struct Leftovers {
  std::vector<Resident> agents;                    // here
  std::vector<store::ArchivedRun> interrupted;
};

Leftovers leftovers(const std::string& directory) {
  Leftovers out;
  const auto runs = store::Archive(directory).runs();
  if (!runs) return out;  // live_runs() has said why
  const auto here = AgentPlace().residents();
  for (const Resident& each : here ? *here : std::vector<Resident>()) {
    if (standing_of(each, *runs) != Standing::driven) out.agents.push_back(each);
  }
  for (const store::ArchivedRun& run : *runs) {
    if (!run.error && run.state == RunState::interrupted) out.interrupted.push_back(run);
  }
  return out;
}

void print(const Leftovers& left) {
  for (const Resident& each : left.agents) {
    fmt::print("{}: soakrig resume {}, or soakrig prune --agents local --dry-run\n", describe(each),
               each.run());
  }
  for (const store::ArchivedRun& run : left.interrupted) {
    fmt::print("run {} ({}) is interrupted; agents of it may go on: soakrig resume {}, or soakrig stop {}\n",
               run.header.id, run.header.name, run.header.id, run.header.id);
  }
}

json to_json(const Leftovers& left) {
  json agents = json::array(), interrupted = json::array();
  for (const Resident& each : left.agents) {
    agents.push_back({{"run", each.run()},
                      {"pid", each.pid == 0 ? json(nullptr) : json(each.pid)},
                      {"alone_s", each.alone ? json(to_seconds(*each.alone)) : json(nullptr)},
                      {"spool_bytes", each.spool_bytes}});
  }
  for (const store::ArchivedRun& run : left.interrupted) {
    interrupted.push_back({{"id", run.header.id}, {"name", run.header.name}, {"file", run.path}});
  }
  return {{"agents", std::move(agents)}, {"interrupted", std::move(interrupted)}};
}

}  // namespace

int command_status(std::span<const std::string> args) {
  CLI::App parser("Shows the runs that go on now", "status");
  std::string archive;
  bool as_json = false;
  parser.add_option("--archive", archive, "where runs are kept ($SOAKRIG_ARCHIVE, else ./soaks)");
  parser.add_flag("--json", as_json, "for programs; docs/formats/status_json.md");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const std::string directory = store::archive_dir(archive);
  const SystemClock clock;
  json runs = json::array();
  const auto live = live_runs(directory);
  for (const store::ArchivedRun& run : live) {
    const auto reader = store::Reader::open(run.path);
    const auto view = reader ? read_live_view(*reader, clock.boot_ns(), 10 * kSecond, 1)
                             : Result<LiveView>(reader.error());
    if (!view) {
      std::fprintf(stderr, "soakrig: %s\n", view.error().message().c_str());
    } else if (as_json) {
      runs.push_back(to_json(*view));
    } else {
      print(*view);
    }
  }
  const Leftovers left = leftovers(directory);
  if (as_json) {
    json all = to_json(left);
    all["runs"] = std::move(runs);
    std::puts(dump_json(all).c_str());
  } else {
    print(left);
  }
  if (!live.empty()) return 0;
  if (!as_json) std::fprintf(stderr, "soakrig: %s: no run is going on\n", directory.c_str());
  return 4;
}

}  // namespace soakrig::app
