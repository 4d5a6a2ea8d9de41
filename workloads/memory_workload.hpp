// SPDX-License-Identifier: Apache-2.0
//
// The workload `memory`: STREAM's loops and a plain read over arrays in a level of the memory, and
// a chain of dependent loads for the latency. A cycle is ten rounds of the loops asked for; then
// every element is compared with what it must be, and everything starts again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rig/base/time.hpp"
#include "workloads/catalogue.hpp"
#include "workloads/load_options.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct MemoryOptions {
  std::string op = "all";      // read, copy, scale, add, triad, latency or all of them
  std::string level = "dram";  // l1, l2, l3 or dram
  std::string size;            // of all arrays, such as "600MiB"; instead of a level
  std::string pages = "huge";  // or small
  std::int64_t threads = kEveryCore;
  std::string target;     // kernels by name; empty = the best of this processor
  bool per_core = false;  // also read with each core alone, after each cycle
  bool pin = false;
};

// Everything that can be wrong with the options is found here, before anything is allocated. The
// clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_memory(const MemoryOptions& options,
                                                            const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> memory_command();

}  // namespace soakrig::workloads
