// SPDX-License-Identifier: Apache-2.0
//
// soakrig guard status [--json] | clear [RUN] [--force] | drill PROFILE
#include <signal.h>

#include <algorithm>
#include <span>

#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/guard_drill.hpp"
#include "rig/app/guard_text.hpp"
#include "rig/app/profile_file.hpp"
#include "rig/instruments/guard/files.hpp"

namespace soakrig::app {
namespace {

GuardedRun look_at(const guard::Files& files, const std::string& run) {
  GuardedRun found{run, files.plan(run), files.state(run)};
  const auto lock = files.lock_run(run);
  found.guard_alive = !lock && lock.error().code == Errc::busy;
  found.controller_alive = found.plan && is_alive(found.plan->controller);
  return found;
}

std::vector<GuardedRun> look_at_all(const guard::Files& files) {
  std::vector<GuardedRun> runs;
  for (const std::string& run : files.runs()) runs.push_back(look_at(files, run));
  // A simulated chamber that is gone needs nobody.
  std::erase_if(runs, [&](const GuardedRun& run) {
    const bool gone = run.plan && run.plan->bench && !is_alive(*run.plan->bench) && !run.guard_alive;
    if (gone) files.remove(run.run);
    return gone;
  });
  return runs;
}

Result<GuardedRun> pick(const std::vector<GuardedRun>& runs, const std::string& wanted) {
  std::vector<GuardedRun> fitting;
  std::ranges::copy_if(runs, std::back_inserter(fitting), [&](const GuardedRun& run) {
    return run.run.starts_with(wanted) || (run.plan && run.plan->name == wanted);
  });
  if (fitting.size() == 1) return fitting.front();
  return Error{Errc::not_found,
               fitting.empty() ? "no guarded run is called '" + wanted + "'"
                               : "several guarded runs fit '" + wanted + "'",
               "see soakrig guard status"};
}

int clear(const guard::Files& files, const std::string& wanted, bool force) {
  const auto runs = look_at_all(files);
  if (runs.empty()) {
    std::puts("nothing waits to be cleared");
    return 0;
  }
  const auto run = pick(runs, wanted);
  if (!run) return complain(run.error(), 4);
  const auto allowed = may_clear(*run);
  // Not even by force is a chamber taken from a run that goes on.
  if (!allowed && (!force || allowed.error().code == Errc::busy)) {
    return complain(allowed.error(), 2);
  }
  files.remove(run->run);
  // A guard that still holds the chamber sees that it is no longer wanted.
  if (run->state && run->guard_alive) signal_process(run->state->guard, SIGTERM);
  std::printf("cleared %s; nothing guards its chamber any more\n", run->run.c_str());
  return 0;
}

int rehearse(const std::string& profile, const std::vector<std::string>& overrides) {
  const auto spec = load_profile_or_report(profile, overrides);
  if (!spec) return 4;
  const auto files = guard::Files::open();
  if (!files) return complain(files.error(), 2);
  const auto done = drill_guard(*spec, *files, SystemClock());
  if (!done) return complain(done.error(), done.error().code == Errc::unsupported ? 4 : 2);
  std::puts("both reactions work on this chamber");
  return 0;
}

}  // namespace

int command_guard(std::span<const std::string> args) {
  CLI::App parser("The dead man's switch of the chambers: how it stands, clear it", "guard");
  parser.require_subcommand(1);
  CLI::App& status = *parser.add_subcommand("status", "What is guarded, and what a guard did");
  bool as_json = false, force = false;
  std::string run;
  status.add_flag("--json", as_json, "as JSON (docs/formats/guard_json.md)");
  CLI::App& wipe = *parser.add_subcommand(
      "clear", "Somebody has looked at the chamber: forget a trip or a lost run");
  wipe.add_option("RUN", run, "id, id prefix or name; not needed when there is one only");
  wipe.add_flag("--force", force, "although the chamber is not known to be safe");
  CLI::App& drill = *parser.add_subcommand(
      "drill", "Rehearse a lost controller and a trip on the profile's own chamber");
  std::string profile;
  std::vector<std::string> overrides;
  drill.add_option("PROFILE", profile, "the profile (TOML)")->required();
  drill.add_option("--set", overrides, "path.to.key=VALUE, overrides the profile");
  if (const auto code = parse_command_line(parser, args)) return *code;
  if (drill.parsed()) return rehearse(profile, overrides);
  const auto files = guard::Files::open();
  if (!files) return complain(files.error(), 2);
  if (wipe.parsed()) return clear(*files, run, force);
  const auto runs = look_at_all(*files);
  std::fputs((as_json ? guard_status_json(runs) : guard_status_text(runs)).c_str(), stdout);
  return 0;
}

}  // namespace soakrig::app
