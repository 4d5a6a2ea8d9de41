// SPDX-License-Identifier: Apache-2.0
//
// The workload kind `frames` of a profile: streams at a fixed frame rate, as cameras give them.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_frames(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
