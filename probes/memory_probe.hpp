// SPDX-License-Identifier: Apache-2.0
//
// The machine's memory, from /proc/meminfo: memory.available (what a new workload could have
// without swapping), memory.used (total - available) and memory.swap_used.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_memory(HostFs& fs);

// The bytes of one line of a meminfo text, "MemTotal:       16384 kB"; key with its colon.
[[nodiscard]] std::optional<double> parse_meminfo(std::string_view text, std::string_view key);

}  // namespace soakrig::probes
