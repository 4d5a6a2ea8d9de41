// SPDX-License-Identifier: Apache-2.0
//
// soakrig probe: every channel that this machine, or a tree of files, offers, read once.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "probes/host_fs.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/probe_listing.hpp"

namespace soakrig::app {

int command_probe(std::span<const std::string> args);

namespace {
// Long enough for a CPU share to mean something (25 ticks of /proc/stat), short enough to wait for.
constexpr auto kPause = std::chrono::milliseconds(250);
}  // namespace

int command_probe(std::span<const std::string> args) {
  CLI::App parser{"Reads every channel once and says what is missing", "probe"};
  std::string sysroot = "/";
  bool as_json = false;
  parser.add_option("--sysroot", sysroot, "a folder with proc and sys instead of this machine");
  parser.add_flag("--json", as_json, "as JSON (docs/formats/probe_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const auto fs = probes::open_host_fs(sysroot);
  const SystemClock clock;
  const auto channels =
      read_channels(*fs, clock, 100 * kMillisecond, [] { std::this_thread::sleep_for(kPause); });
  if (as_json) {
    std::fputs(channel_json(channels).c_str(), stdout);
    return 0;
  }
  const Provenance from = fs->provenance();
  if (from != Provenance::measured) {
    std::printf("%s: read from %s, not from this machine\n\n",
                from == Provenance::simulated ? "SIMULATED" : "REPLAYED", sysroot.c_str());
  }
  std::fputs(channel_table(channels).c_str(), stdout);
  return 0;
}

}  // namespace soakrig::app
