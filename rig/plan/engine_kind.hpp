// SPDX-License-Identifier: Apache-2.0
//
// The workload kind `engine` of a profile: any program, read by its engine file.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_engine(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
