// SPDX-License-Identifier: Apache-2.0
//
// The workload kind `hybrid` of a profile: its keys become the command line of the routed load.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_hybrid(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
