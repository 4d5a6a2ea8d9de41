// SPDX-License-Identifier: Apache-2.0
//
// The workload `mix`: products and memory traffic at the same time, each on its share of the cores:
// what a board draws when everything in it is busy. A cycle is one cycle of the first part; the
// others run freely beside it, and every part checks its own results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rig/base/time.hpp"
#include "workloads/catalogue.hpp"
#include "workloads/load_options.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct MixOptions {
  // "gemm:int8=50%": a workload, its precision or loop, and its share of the threads.
  std::vector<std::string> shares{"gemm:fp32=50%", "memory:triad=50%"};
  std::int64_t threads = kEveryCore;
  std::string target;  // kernels by name; empty = the best of this processor
  std::uint64_t seed = 1;
};

// Whole threads for each share, at least one each, as near to the shares as that allows. Pure.
[[nodiscard]] std::vector<std::size_t> split_threads(const std::vector<double>& shares,
                                                     std::size_t threads);

// Everything that can be wrong with the options is found here, before anything is allocated. The
// clock is borrowed, and read by several threads.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_mix(const MixOptions& options,
                                                         const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> mix_command();

}  // namespace soakrig::workloads
