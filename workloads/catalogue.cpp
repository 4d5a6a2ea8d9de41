// SPDX-License-Identifier: Apache-2.0
#include "workloads/catalogue.hpp"

#include <array>

#include "workloads/llm_workload.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::array kEntries{
    WorkloadEntry{"llm", "a language model that answers the same prompt for ever", llm_command},
};

}  // namespace

std::span<const WorkloadEntry> catalogue() { return kEntries; }

}  // namespace soakrig::workloads
