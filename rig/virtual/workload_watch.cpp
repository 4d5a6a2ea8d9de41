// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/workload_watch.hpp"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::virtual_bench {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kMaxProcesses = 1024;

std::vector<pid_t> thread_ids(pid_t pid) {
  std::vector<pid_t> ids;
  std::error_code failed;
  fs::directory_iterator tasks("/proc/" + std::to_string(pid) + "/task", failed);
  for (; !failed && tasks != fs::directory_iterator(); tasks.increment(failed)) {
    const std::string name = tasks->path().filename().string();
    pid_t id = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), id);
    if (parsed.ec == std::errc{}) ids.push_back(id);
  }
  return ids;
}

// Children of every thread; nothing where the kernel does not keep that list.
std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const pid_t thread : thread_ids(pid)) {
    const auto text = read_file(
        "/proc/" + std::to_string(pid) + "/task/" + std::to_string(thread) + "/children", 65536);
    if (!text) continue;
    std::istringstream words(*text);
    for (pid_t child = 0; words >> child;) children.push_back(child);
  }
  return children;
}

double ran_seconds(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// The second field of schedstat: ns ready to run but without a CPU.
double waited_seconds(pid_t pid) {
  double waited = 0;
  for (const pid_t thread : thread_ids(pid)) {
    const auto text = read_file(
        "/proc/" + std::to_string(pid) + "/task/" + std::to_string(thread) + "/schedstat", 256);
    if (!text) continue;
    std::istringstream words(*text);
    double ran_ns = 0, waited_ns = 0;
    if (words >> ran_ns >> waited_ns) waited += waited_ns * 1e-9;
  }
  return waited;
}

}  // namespace

Result<std::vector<ListedWorkload>> parse_workloads(std::string_view text) {
  const auto body = parse_json(text);
  if (!body || !body->is_object() || !body->contains("workloads") ||
      !(*body)["workloads"].is_array()) {
    return Error{Errc::protocol, "not a list of workloads"};
  }
  std::vector<ListedWorkload> list;
  for (const auto& entry : (*body)["workloads"]) {
    const auto name = json_get<std::string>(entry, "name");
    const auto pid = json_get<std::int64_t>(entry, "pid");
    const auto start = json_get<std::uint64_t>(entry, "start_time");
    const auto role = json_get<std::string>(entry, "role");
    // Signals go to these: pid 1, a group (negative) or everybody (-1) must never be one.
    if (!name || !pid || *pid <= 1 || *pid > std::numeric_limits<pid_t>::max() || !start) {
      return Error{Errc::protocol, "a workload without a name, pid or start_time"};
    }
    if (list.size() >= kMaxProcesses) return Error{Errc::full, "too many workloads"};
    list.push_back({*name, static_cast<pid_t>(*pid), *start, role.value_or("engine") == "engine"});
  }
  return list;
}

WorkloadWatch::WorkloadWatch(std::string tree)
    : file_(std::move(tree) + "/run/soakrig/workloads.json"), boot_id_(current_boot_id()) {}

bool WorkloadWatch::refresh() {
  const auto text = read_file(file_, 1u << 20);
  std::vector<ListedWorkload> list;
  if (text) {
    auto parsed = parse_workloads(*text);
    if (!parsed) return false;  // half a list is no reason to let go of what is known
    list = std::move(*parsed);
  }
  const auto listed_before = std::exchange(listed_, {});
  std::vector<ProcessId> found;
  const auto known = [&found](pid_t pid) {
    return std::ranges::find(found, pid, &ProcessId::pid) != found.end();
  };
  for (const ListedWorkload& workload : list) {
    if (process_start_time(workload.pid) != workload.start_time) continue;
    const ProcessId id{workload.pid, workload.start_time, boot_id_};
    listed_.emplace_back(workload.name, id);
    if (workload.engine && !known(workload.pid)) found.push_back(id);
  }
  for (std::size_t i = 0; i < found.size() && found.size() < kMaxProcesses; ++i) {
    for (const pid_t child : children_of(found[i].pid)) {
      const auto start = process_start_time(child);
      if (start && !known(child)) found.push_back({child, *start, boot_id_});
    }
  }
  if (listed_ != listed_before) ++generation_;
  const bool changed = found != engines_;
  engines_ = std::move(found);
  return changed;
}

CpuTimes WorkloadWatch::take() {
  CpuTimes delta;
  std::map<pid_t, CpuTimes> now;
  for (const ProcessId& id : engines_) {
    const CpuTimes total{ran_seconds(id.pid), waited_seconds(id.pid)};
    now[id.pid] = total;
    const auto before = seen_.find(id.pid);
    // What a process did before it was first seen is not of this interval.
    if (before == seen_.end()) continue;
    delta.ran += std::max(0.0, total.ran - before->second.ran);
    delta.waited += std::max(0.0, total.waited - before->second.waited);
  }
  seen_ = std::move(now);
  return delta;
}

const ProcessId* WorkloadWatch::find(std::string_view name) const {
  const auto found = std::ranges::find(listed_, name, &std::pair<std::string, ProcessId>::first);
  return found == listed_.end() ? nullptr : &found->second;
}

}  // namespace soakrig::virtual_bench
