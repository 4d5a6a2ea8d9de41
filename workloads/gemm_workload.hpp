// SPDX-License-Identifier: Apache-2.0
//
// The workload `gemm`: square matrix products for ever, in single precision or in bytes, as many
// operations a second as the cores hold. A cycle is one product; each is compared with the truth.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rig/base/time.hpp"
#include "workloads/catalogue.hpp"
#include "workloads/load_options.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct GemmOptions {
  std::string precision = "fp32";  // or int8
  std::int64_t size = 1024;        // rows, columns and depth
  std::int64_t threads = kEveryCore;
  std::int64_t check_every = 1;  // products; 0 = never
  std::string target;            // kernels by name; empty = the best of this processor
  std::uint64_t seed = 1;
  bool pin = false;
};

// Everything that can be wrong with the options is found here, before anything is allocated. The
// clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_gemm(const GemmOptions& options,
                                                          const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> gemm_command();

}  // namespace soakrig::workloads
