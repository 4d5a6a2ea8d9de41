// SPDX-License-Identifier: Apache-2.0
//
// The workload kind `openai` of a profile: its keys become the command line of the load client.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_openai(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
