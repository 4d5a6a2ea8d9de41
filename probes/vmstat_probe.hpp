// SPDX-License-Identifier: Apache-2.0
//
// What the kernel had to do for memory, as counters since boot from /proc/vmstat: memory.oom_kills,
// memory.swap_in and memory.swap_out in pages, memory.major_faults; and the limiter
// limiter.memory-pressure.swapping, a level: 1 while kSwappingPages or more pages a second come
// back from swap, so that a stray page in the night asserts nothing.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

inline constexpr double kSwappingPages = 256;  // a second: 1 MiB/s with 4 KiB pages

[[nodiscard]] std::unique_ptr<Probe> make_vmstat(HostFs& fs);

}  // namespace soakrig::probes
