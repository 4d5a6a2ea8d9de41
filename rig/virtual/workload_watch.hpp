// SPDX-License-Identifier: Apache-2.0
//
// Which real processes load the virtual board, and how much CPU time they get: the agent's list
// <tree>/run/soakrig/workloads.json, each process with all its descendants, identified by pid and
// start time. Process facts come from the real /proc. Reads only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"

namespace soakrig::virtual_bench {

struct ListedWorkload {
  std::string name;
  pid_t pid = 0;
  std::uint64_t start_time = 0;
  bool engine = true;  // role "engine" heats and is throttled; "client" is not
};

// {"workloads":[{"name","pid","start_time","role"}]}. Pure; entries that cannot be are refused.
[[nodiscard]] Result<std::vector<ListedWorkload>> parse_workloads(std::string_view json);

// CPU time in seconds since the process began, and time it waited for a CPU.
struct CpuTimes {
  double ran = 0, waited = 0;
};

class WorkloadWatch {
 public:
  explicit WorkloadWatch(std::string tree);

  // Reads the list again and follows forks. True when the set of engine processes changed.
  bool refresh();
  // CPU time since the last call, over all engine processes.
  [[nodiscard]] CpuTimes take();
  // Engine processes alive at the last refresh, descendants included.
  [[nodiscard]] const std::vector<ProcessId>& engines() const { return engines_; }
  // Grows by one whenever other processes are listed (forks of listed ones do not count).
  [[nodiscard]] std::uint64_t generation() const { return generation_; }
  // The listed process of that name, if it is alive.
  [[nodiscard]] const ProcessId* find(std::string_view name) const;

 private:
  std::string file_;
  std::string boot_id_;
  std::vector<std::pair<std::string, ProcessId>> listed_;
  std::vector<ProcessId> engines_;
  std::uint64_t generation_ = 0;
  std::map<pid_t, CpuTimes> seen_;  // totals at the last take()
};

}  // namespace soakrig::virtual_bench
