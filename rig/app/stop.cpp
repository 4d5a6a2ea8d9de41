// SPDX-License-Identifier: Apache-2.0
//
// soakrig stop [RUN]: ends a run in order, as Ctrl-C would, and waits for its end.
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <thread>

#include "rig/app/command_line.hpp"
#include "rig/app/live_runs.hpp"

namespace soakrig::app {

int command_stop(std::span<const std::string> args) {
  CLI::App parser("Ends a running soak in order; it is judged and sealed", "stop");
  std::string run, archive;
  parser.add_option("RUN", run, "id, id prefix, name or path; not needed when only one runs");
  parser.add_option("--archive", archive, "where runs are kept ($SOAKRIG_ARCHIVE, else ./soaks)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto live = pick_live_run(store::archive_dir(archive), run);
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
