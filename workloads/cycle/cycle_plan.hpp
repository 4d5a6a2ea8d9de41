// SPDX-License-Identifier: Apache-2.0
//
// What an update or power-cycle soak does: its steps as argv, the mix of faults, and which fault
// comes when in which cycle, by seed alone. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

using Argv = std::vector<std::string>;

enum class CycleFault : std::uint8_t {
  none,
  kill,         // SIGKILL to the update's process group
  corrupt,      // some bytes of a copy of the payload are turned
  power_cut,    // by power_off and power_on, or by killing where there are none
  network_cut,  // by network_off and network_on
  disk_full,    // by disk_fill and disk_free
  clock_step,   // by clock_step and clock_back
};
[[nodiscard]] std::string_view to_string(CycleFault fault);

struct CycleOptions {
  // Words {target}, {payload}, {cycle} and {line} in them are replaced.
  Argv update, health, version, rollback, restore;
  // Begin and end of a fault.
  Argv power_off, power_on, network_off, network_on, disk_fill, disk_free, clock_step, clock_back;
  std::vector<std::string> faults{"kill=50%", "none=50%"};
  std::string payload;  // file; corrupted as a copy beside it, PAYLOAD.cycle
  std::uint64_t seed = 1;
  Nanos step_timeout = 60 * kSecond;
  Nanos settle = 30 * kSecond;       // after an update until it must be healthy
  Nanos fault_within = 2 * kSecond;  // of the update's start
  std::int64_t fault_lines = 0;      // instead: when it has printed so many lines; 0 = by time
  std::uint64_t first = 1;           // number of the first cycle: its target version
};

struct CycleFaultPlan {
  CycleFault fault = CycleFault::none;
  Nanos after = 0;         // of the update's start
  std::int64_t line = 0;   // instead, once it has printed this many; 0 = by time
  std::uint64_t salt = 0;  // for the bytes that are turned
};

// The mix as shares that sum up to 100 %. Errc::invalid otherwise, for a name that is none, and for
// a fault whose commands are missing.
[[nodiscard]] Result<std::map<CycleFault, double>> parse_fault_mix(const CycleOptions& options);

// Of cycle n: the same for the same seed, whatever happened before.
[[nodiscard]] CycleFaultPlan plan_fault(const CycleOptions& options,
                                        const std::map<CycleFault, double>& mix, std::uint64_t n);

// The commands of a fault; empty = done by other means.
[[nodiscard]] const Argv& begin_of(const CycleOptions& options, CycleFault fault);
[[nodiscard]] const Argv& end_of(const CycleOptions& options, CycleFault fault);

[[nodiscard]] Argv filled_in(const Argv& argv, const std::map<std::string, std::string>& words);

// Turns one byte in each 4 KiB, at least one; nothing else. Empty stays empty.
[[nodiscard]] std::string corrupted(std::string payload, std::uint64_t salt);

}  // namespace soakrig::workloads
