// SPDX-License-Identifier: Apache-2.0
//
// The kernel's own words, as events: every record of /dev/kmsg from the agent's start on that
// matches the allow-list below becomes a kernel.log event {class, text, monotonic_s}. Counters are
// the better evidence where there are any (logs are rate-limited); this is for what nothing counts.
// Channels: kernel.log_events (classified since the start) and kernel.log_lost (records that were
// overwritten unread, or were too many for one reading).
//
// Only the running kernel has a log: a foreign tree has none.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_kernel_log(HostFs& fs);

// One /dev/kmsg record taken apart: "6,339,5140900,-;message\n KEY=value…".
struct KernelRecord {
  std::int64_t usec = 0;  // of the kernel's monotonic clock
  std::string_view text;  // the message, first line only
};
[[nodiscard]] std::optional<KernelRecord> parse_kernel_record(std::string_view record);

}  // namespace soakrig::probes
