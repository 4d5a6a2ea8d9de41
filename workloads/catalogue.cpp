// SPDX-License-Identifier: Apache-2.0
#include "workloads/catalogue.hpp"

#include <array>

#include "workloads/cycle_workload.hpp"
#include "workloads/exec_workload.hpp"
#include "workloads/frames_workload.hpp"
#include "workloads/gemm_workload.hpp"
#include "workloads/hybrid_workload.hpp"
#include "workloads/llm_workload.hpp"
#include "workloads/memory_workload.hpp"
#include "workloads/mix_workload.hpp"
#include "workloads/openai_workload.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::array kEntries{
    WorkloadEntry{"cycle", "updates a board again and again, with faults, and says how each ended",
                  cycle_command},
    WorkloadEntry{"exec", "any program, again and again, read by its engine file", exec_command},
    WorkloadEntry{"frames", "streams at a fixed frame rate, with the same work for each frame",
                  frames_command},
    WorkloadEntry{"gemm", "matrix products in single precision or bytes", gemm_command},
    WorkloadEntry{"hybrid", "routes requests between the edge and a cloud, by a rule",
                  hybrid_command},
    WorkloadEntry{"llm", "a language model that answers the same prompt for ever", llm_command},
    WorkloadEntry{"memory", "STREAM's loops in a level of the memory, and its latency",
                  memory_command},
    WorkloadEntry{"mix", "products and memory traffic on shares of the cores", mix_command},
    WorkloadEntry{"openai", "asks an inference engine over HTTP, and measures its answers",
                  openai_command},
};

}  // namespace

std::span<const WorkloadEntry> catalogue() { return kEntries; }

}  // namespace soakrig::workloads
