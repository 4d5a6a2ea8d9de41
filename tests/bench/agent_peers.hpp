// SPDX-License-Identifier: Apache-2.0
//
// The tools that the agent's cost is compared with, each run for a while on the same fixture and
// the same 10 Hz grid: a bare pread loop (the floor), prometheus-node-exporter (scraped over HTTP)
// and collectd (writing CSV). They come from $SOAKRIG_PEERS, unpacked and not installed.
#pragma once

#include <optional>
#include <string>

#include "tests/bench/agent_fixture.hpp"

namespace soakrig::bench {

inline constexpr Nanos kTick = 100 * kMillisecond;

// What a tool used for how much.
struct Cost {
  double cpu_s = 0;
  double ticks = 0;    // grid points
  double samples = 0;  // values read and handed on

  [[nodiscard]] double per_tick() const { return cpu_s / ticks; }
  [[nodiscard]] double per_sample() const { return cpu_s / samples; }
};

// Forks a process that reads every file by pread at every tick, and throws the text away.
[[nodiscard]] Cost run_pread_loop(const AgentFixture& fixture, Nanos span);

// Absent, with the reason on stderr, where the tool cannot be had or run.
[[nodiscard]] std::optional<Cost> run_node_exporter(const AgentFixture& fixture, Nanos span);
[[nodiscard]] std::optional<Cost> run_collectd(const AgentFixture& fixture, Nanos span);

}  // namespace soakrig::bench
