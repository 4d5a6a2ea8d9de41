// SPDX-License-Identifier: Apache-2.0
//
// What a workload's processes use: memory as RssAnon + VmSwap, since plain RSS counts shared file
// pages and hides a leak that was swapped out, and CPU time. Always from the real /proc, whatever
// the sysroot, since the processes are real. The agent calls it for each workload.
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::probes {

struct TreeUsage {
  double memory_bytes = 0;  // RssAnon + VmSwap, summed over the tree
  double cpu_s = 0;         // user + system time of the living members and of waited-for children
  int processes = 0;        // members found; never above kMaxTree
};

inline constexpr int kMaxTree = 4096;

// The process `root` and all its descendants as they are now. A member that ends while we look is
// left out. Errc::not_found when the root itself is gone.
[[nodiscard]] Result<TreeUsage> read_process_tree(pid_t root);

// Adds one process. False: it is gone. `proc`: where processes are listed.
bool add_process(pid_t pid, TreeUsage& usage, const std::string& proc = "/proc");

// Pure parts. RssAnon + VmSwap of a /proc/PID/status text, in bytes.
[[nodiscard]] std::int64_t parse_status_memory(std::string_view status);
struct StatLine {
  pid_t parent = 0;
  std::uint64_t cpu_ticks = 0;  // utime + stime + cutime + cstime
};
// A /proc/PID/stat line; the command name may hold spaces and brackets.
[[nodiscard]] Result<StatLine> parse_stat_line(std::string_view stat);

}  // namespace soakrig::probes
