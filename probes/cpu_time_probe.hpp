// SPDX-License-Identifier: Apache-2.0
//
// How busy the CPU is, from the counters of /proc/stat: cpu.usage over all cores and
// cpu.coreN.usage, in per cent of the time between two readings. Formula: (total - idle - iowait -
// steal) / total, total = user + nice + system + idle + iowait + irq + softirq + steal (guest is
// part of user).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_cpu_time(HostFs& fs);

// Counters of one line, in clock ticks since boot.
struct CpuTicks {
  std::uint64_t total = 0, idle = 0, steal = 0;  // idle includes iowait
  bool present = false;                          // false: the core is offline, or has no line
};

inline constexpr std::size_t kMaxCores = 1024;

// Fills ticks[0] from the line "cpu" and ticks[1 + N] from "cpuN", as far as the span reaches; the
// rest become absent. Returns one more than the highest core number seen, however short the span;
// absent when the text has no valid "cpu" line.
[[nodiscard]] std::optional<std::size_t> parse_proc_stat(std::string_view text,
                                                         std::span<CpuTicks> ticks);

// A share of the ticks between two readings, in per cent: no_data when either is absent or counters
// ran backwards (a core came back), stale when no tick passed between the two.
[[nodiscard]] Value usage_between(const CpuTicks& before, const CpuTicks& after);
[[nodiscard]] Value steal_between(const CpuTicks& before, const CpuTicks& after);

}  // namespace soakrig::probes
