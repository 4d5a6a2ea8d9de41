// SPDX-License-Identifier: Apache-2.0
//
// The workload kinds `llm`, `gemm`, `memory` and `mix` of a profile: soakrig's own loads of a CPU.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_llm(const TableReader& table, WorkloadSpec& spec, Build& build);
void fill_gemm(const TableReader& table, WorkloadSpec& spec, Build& build);
void fill_memory(const TableReader& table, WorkloadSpec& spec, Build& build);
void fill_mix(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
