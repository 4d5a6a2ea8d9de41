// SPDX-License-Identifier: Apache-2.0
//
// What the agent costs at 100 channels x 10 Hz, beside a bare pread loop, prometheus-node-exporter
// and collectd on the same files in the same run. Agent and floor take turns, so that a change of
// the machine's mood meets both. CPU time is the kernel's own account of each process.
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "tests/bench/agent_peers.hpp"
#include "tests/bench/bench_row.hpp"

namespace {

using namespace soakrig;
using namespace soakrig::bench;

constexpr std::size_t kChannels = 100;
constexpr Nanos kTurn = 10 * kSecond;  // of agent and floor
constexpr int kTurns = 3;
constexpr Nanos kSettle = 2 * kSecond;

struct AgentCost {
  Cost cost;
  double resident_mb = 0;  // the most it ever had
  double first_sample_s = 0;
};

double resident_peak_mb(pid_t pid) {
  const auto status = read_file("/proc/" + std::to_string(pid) + "/status");
  const auto at = status ? status->find("VmHWM:") : std::string::npos;
  return at == std::string::npos ? 0 : std::atof(status->c_str() + at + 6) / 1024;
}

// Reads what the agent says until `deadline`, or until `until` was said.
bool read_until(int fd, Nanos deadline, const char* until) {
  std::array<char, 65536> buffer{};
  std::string text;
  for (Nanos now = monotonic_ns(); now < deadline; now = monotonic_ns()) {
    pollfd wait{fd, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>((deadline - now) / kMillisecond) + 1) <= 0) continue;
    const ssize_t n = read(fd, buffer.data(), buffer.size());
    if (n <= 0) return false;
    if (until == nullptr) continue;
    text.append(buffer.data(), static_cast<std::size_t>(n));
    if (text.find(until) != std::string::npos) return true;
  }
  return until == nullptr;
}

AgentCost run_agent(const AgentFixture& fixture, Nanos span) {
  std::array<int, 2> down{}, up{};
  if (pipe2(down.data(), O_CLOEXEC) != 0 || pipe2(up.data(), O_CLOEXEC) != 0) {
    throw Fatal(sys_error("no pipe"));
  }
  AgentCost out;
  const Nanos begin = monotonic_ns();
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(down[0], 0);
    dup2(up[1], 1);
    execl(SOAKRIG_BIN_DIR "/soakrig-agent", "soakrig-agent", "--stdio", "--sysroot",
          fixture.root.c_str(), "--period", "100ms", static_cast<char*>(nullptr));
    _exit(127);
  }
  const Fd command(down[1]), said(up[0]);
  close(down[0]);
  close(up[1]);
  if (!read_until(said.get(), begin + 10 * kSecond, "{\"batch\"")) {
    throw Fatal({.code = Errc::io, .what = "soakrig-agent says nothing", .remedy = "build it"});
  }
  out.first_sample_s = to_seconds(monotonic_ns() - begin);
  read_until(said.get(), monotonic_ns() + kSettle, nullptr);
  const double before = cpu_seconds(pid);
  read_until(said.get(), monotonic_ns() + span, nullptr);
  out.cost.cpu_s = cpu_seconds(pid) - before;
  out.cost.ticks = static_cast<double>(span / kTick);
  out.cost.samples = out.cost.ticks * static_cast<double>(fixture.channels);
  out.resident_mb = resident_peak_mb(pid);
  kill(pid, SIGTERM);
  waitpid(pid, nullptr, 0);
  return out;
}

void print_peer(const char* name, const char* tool, const Cost& agent,
                const std::optional<Cost>& other, double times_less) {
  BenchRow row{.name = name, .value = 1e6 * agent.per_sample(), .unit = "us/sample"};
  row.reach = Reach{"ratio", "<=", 1 / times_less};
  if (other) {
    row.against = tool;
    row.against_value = 1e6 * other->per_sample();
    std::fprintf(stderr, "agent_bench: %s: %.3f ms a tick, %.0f values a tick\n", tool,
                 1e3 * other->per_tick(), other->samples / other->ticks);
  } else {
    row.peer_missing = true;
  }
  print(row);
}

void run() {
  const AgentFixture fixture = make_agent_fixture(kChannels);
  AgentCost agent;
  Cost floor;
  for (int i = 0; i < kTurns; ++i) {
    const AgentCost turn = run_agent(fixture, kTurn);
    agent.cost.cpu_s += turn.cost.cpu_s;
    agent.cost.ticks += turn.cost.ticks;
    agent.cost.samples += turn.cost.samples;
    agent.resident_mb = std::max(agent.resident_mb, turn.resident_mb);
    agent.first_sample_s = std::max(agent.first_sample_s, turn.first_sample_s);
    const Cost bare = run_pread_loop(fixture, kTurn);
    floor.cpu_s += bare.cpu_s;
    floor.ticks += bare.ticks;
  }
  std::fprintf(stderr, "agent_bench: %zu channels from %zu files at 10 Hz\n", fixture.channels,
               fixture.files.size());
  const double tick_ms = 1e3 * agent.cost.per_tick();
  // 0.5 % of one core at 10 Hz is half a millisecond a tick.
  print({.name = "agent.tick", .value = tick_ms, .unit = "ms", .reach = Reach{"value", "<=", 0.5}});
  print({.name = "agent.tick.pread_floor",
         .value = tick_ms,
         .unit = "ms",
         .against = "paced pread loop",
         .against_value = 1e3 * floor.per_tick(),
         .reach = Reach{"ratio", "<=", 2}});
  print({.name = "agent.rss",
         .value = agent.resident_mb,
         .unit = "MB",
         .reach = Reach{"value", "<=", 10}});
  print({.name = "agent.start",
         .value = agent.first_sample_s,
         .unit = "s",
         .reach = Reach{"value", "<=", 1}});
  print_peer("agent.tick.node_exporter", "prometheus-node-exporter", agent.cost,
             run_node_exporter(fixture, kTurn), 10);
  print_peer("agent.tick.collectd", "collectd", agent.cost, run_collectd(fixture, kTurn), 3);
  fixture.remove();
}

}  // namespace

int main() {
  try {
    run();
    return 0;
  } catch (const Fatal& fatal) {
    std::fprintf(stderr, "agent_bench: %s\n", fatal.error().message().c_str());
    return fatal.exit_code();
  }
}
