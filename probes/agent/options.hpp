// SPDX-License-Identifier: Apache-2.0
//
// The command line of soakrig-agent. By hand: four options do not pay for a parser library in a
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
  bool stdio = false;
  std::string sysroot = "/";
  Nanos period = 100 * kMillisecond;
  std::vector<std::string> only;  // probes; empty = all
  std::string pid_file;           // says which process the agent is; empty = nowhere
  std::string stop;               // instead of serving: end the agent that this file names
};

// Both "--period 50ms" and "--period=50ms". Errc::invalid with a remedy otherwise.
[[nodiscard]] Result<Options> parse_options(std::span<const std::string> args);

[[nodiscard]] std::string help_text();

}  // namespace soakrig::agent
