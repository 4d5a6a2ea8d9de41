// SPDX-License-Identifier: Apache-2.0
//
// soakrig stop [RUN]: ends a run in order, as Ctrl-C would, and waits for its end. Of a run whose
// controller is gone it ends the agents that go on without one.
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "results/store/archive.hpp"
#include "results/store/reader.hpp"
#include "rig/app/agent_home.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/live_runs.hpp"
#include "rig/app/orphans.hpp"

namespace soakrig::app {
namespace {

// The exit code, if `run` names an interrupted one.
std::optional<int> stop_interrupted(const std::string& archive, const std::string& run) {
  const auto path = store::Archive(archive).resolve(run);
  const auto reader = path ? store::Reader::open(*path) : Result<store::Reader>(path.error());
  if (!reader) return std::nullopt;
  const auto state = reader->state();
  if (!state || *state != RunState::interrupted) return std::nullopt;
  const auto spec = decode_run_spec(reader->header().spec_json);
  const std::string& id = reader->header().id;
  const int ended = spec ? end_agents(id, *spec) + end_remote_agents(id, *spec) : 0;
  std::printf("run %s has no controller; agents ended: %d. To go on with it: soakrig resume %s\n",
              id.c_str(), ended, id.c_str());
  return 0;
}

}  // namespace

int command_stop(std::span<const std::string> args) {
  CLI::App parser("Ends a running soak in order; it is judged and sealed", "stop");
  std::string run, archive;
  parser.add_option("RUN", run, "id, id prefix, name or path; not needed when only one runs");
  parser.add_option("--archive", archive, "where runs are kept ($SOAKRIG_ARCHIVE, else ./soaks)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const std::string folder = store::archive_dir(archive);
  if (const auto code = run.empty() ? std::nullopt : stop_interrupted(folder, run)) return *code;
  const auto live = pick_live_run(folder, run);
  if (!live) return 4;
  if (!signal_process(live->header.owner, SIGTERM)) {
    std::fprintf(stderr, "soakrig: run %s has just ended or belongs to another user\n",
                 live->header.id.c_str());
    return 4;
  }
  std::printf("stopping run %s (%s)…\n", live->header.id.c_str(), live->header.name.c_str());
  while (is_alive(live->header.owner)) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::printf("stopped; see: soakrig show %s\n", live->header.id.c_str());
  return 0;
}

}  // namespace soakrig::app
