// SPDX-License-Identifier: Apache-2.0
//
// The workload kind `cycle` of a profile: updates and power cycles, with faults.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_cycle(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
