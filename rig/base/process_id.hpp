// SPDX-License-Identifier: Apache-2.0
//
// Which process, beyond doubt: a pid alone is reused, so the start time (clock ticks since boot,
// field 22 of /proc/PID/stat) and the boot's id go with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

namespace soakrig {

struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::string boot_id;
  friend bool operator==(const ProcessId&, const ProcessId&) = default;
};

// Field 22 of /proc/PID/stat; absent when the process is gone. Zombies count as gone.
[[nodiscard]] std::optional<std::uint64_t> process_start_time(pid_t pid);
// The running kernel's boot id; empty when it cannot be read.
[[nodiscard]] std::string current_boot_id();
[[nodiscard]] ProcessId this_process();
// True while exactly this process lives on this boot.
[[nodiscard]] bool is_alive(const ProcessId& id);
// Sends `signal` if it is still exactly this process. False when it is gone or not ours.
bool signal_process(const ProcessId& id, int signal);

}  // namespace soakrig
