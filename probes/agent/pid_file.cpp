// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/pid_file.hpp"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/process_id.hpp"

namespace soakrig::agent {
namespace {

constexpr Nanos kLook = 20 * kMillisecond;
constexpr Nanos kDying = 3 * kSecond;  // until a killed process is gone

bool gone_by(const ProcessId& agent, Nanos deadline, const Clock& clock) {
  while (is_alive(agent)) {
    if (clock.boot_ns() >= deadline) return false;
    ::poll(nullptr, 0, static_cast<int>(kLook / kMillisecond));
  }
  return true;
}

}  // namespace

Result<PidFileText> read_pid_file(const std::string& path) {
  const auto text = read_file(path, 8192);
  if (!text) return text.error();
  const auto body = parse_json(*text);
  const auto pid = body ? json_get<pid_t>(*body, "pid") : std::nullopt;
  const auto start = body ? json_get<std::uint64_t>(*body, "start_time") : std::nullopt;
  const auto boot = body ? json_get<std::string>(*body, "boot_id") : std::nullopt;
  if (pid && *pid > 1 && start && boot) {
    return PidFileText{{*pid, *start, *boot}, json_get<std::string>(*body, "setup").value_or("")};
  }
  return Error{Errc::invalid, "not an agent's pid file", "it is written by soakrig-agent", path, 1};
}

PidFile::PidFile(std::string path, const std::string& setup) : path_(std::move(path)) {
  if (path_.empty()) return;
  const ProcessId self = this_process();
  nlohmann::json body = {
      {"pid", self.pid}, {"start_time", self.start_time}, {"boot_id", self.boot_id}};
  if (!setup.empty()) body["setup"] = setup;
  if (auto written = write_file_atomic(path_, dump_json(body) + "\n"); !written) {
    throw Fatal(written.error());
  }
}

PidFile::~PidFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> stop_agent(const std::string& path, Nanos grace, const Clock& clock) {
  const auto said = read_pid_file(path);
  if (!said && said.error().sys == ENOENT) return {};
  if (!said) return said.error();
  const ProcessId* const agent = &said->process;
  signal_process(*agent, SIGTERM);
  if (gone_by(*agent, clock.boot_ns() + grace, clock)) return {};
  signal_process(*agent, SIGKILL);
  if (gone_by(*agent, clock.boot_ns() + kDying, clock)) return {};
  return Error{Errc::timeout, "the agent with pid " + std::to_string(agent->pid) +
                                  " is still there after SIGKILL"};
}

}  // namespace soakrig::agent
