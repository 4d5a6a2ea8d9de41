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
  if (as_json) std::puts(dump_json({{"runs", runs}}).c_str());
  if (!live.empty()) return 0;
  if (!as_json) std::fprintf(stderr, "soakrig: %s: no run is going on\n", directory.c_str());
  return 4;
}

}  // namespace soakrig::app
