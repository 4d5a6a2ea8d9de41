// SPDX-License-Identifier: Apache-2.0
//
// A board's tree for the agent's bench: thermal zones, cooling devices and clocks as files, so many
// that the agent's fast probes have a given number of channels. Also what every tool of that bench
// needs: pacing and CPU time of other processes.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <vector>

#include "rig/base/time.hpp"

namespace soakrig::bench {

struct AgentFixture {
  std::string root;                // removed by remove()
  std::size_t channels = 0;        // of fast probes
  std::vector<std::string> files;  // what those channels are read from, absolute

  void remove() const;
};

// Makes the tree below a fresh folder. Throws Fatal when that cannot be.
[[nodiscard]] AgentFixture make_agent_fixture(std::size_t channels);

// CPU time that a process has used so far, in seconds, to the nanosecond.
[[nodiscard]] double cpu_seconds(pid_t pid);

// Sleeps to an absolute time of CLOCK_MONOTONIC.
void sleep_until(Nanos monotonic_ns);
[[nodiscard]] Nanos monotonic_ns();

}  // namespace soakrig::bench
