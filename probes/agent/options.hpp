// SPDX-License-Identifier: Apache-2.0
//
// The command line of soakrig-agent. By hand: a dozen options do not pay for a parser library in a
// program that is copied to boards. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::agent {

struct Options {
  bool help = false, version = false;
  bool stdio = false;   // over a pair of pipes, and gone with them
  bool attach = false;  // join standard input and output with the detached agent, which is started
  bool serve = false;   // be the detached agent
  bool last_death = false;  // say how the previous boot ended, and end
  std::string sysroot = "/";
  Nanos period = 100 * kMillisecond;
  std::vector<std::string> only;  // probes; empty = all
  std::string pid_file;           // says which process the agent is; empty = nowhere
  // Of attach and serve.
  std::string state;    // folder of the detached agent
  std::string run;      // which run it serves
  std::string lease;    // file that only one agent holds; empty = none
  Nanos orphan_limit = 24 * kHour;
  std::size_t spool_bytes = 1'000'000'000;  // 0 = in memory only
  // Instead of serving:
  std::string stop;    // end the agent that this file names
  std::string agents;  // say which agents there are below this folder
  std::string clear;   // end the agent of this state folder, and delete what it kept
};

// Both "--period 50ms" and "--period=50ms". Errc::invalid with a remedy otherwise.
[[nodiscard]] Result<Options> parse_options(std::span<const std::string> args);

// The arguments of `serve` that mean the same as these options of `attach`.
[[nodiscard]] std::vector<std::string> serve_args(const Options& options);
// What an agent was started for, in one line: two that differ do not stand in for each other.
[[nodiscard]] std::string setup_of(const Options& options);

[[nodiscard]] std::string help_text();

}  // namespace soakrig::agent
