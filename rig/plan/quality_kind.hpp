// SPDX-License-Identifier: Apache-2.0
//
// The workload kind `quality` of a profile: an engine that is soaked, asked now and then how far it
// is from a reference. Its keys become a command line of `soakrig quality --every`, which runs on
// the rig.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_quality(const TableReader& table, WorkloadSpec& spec, Build& build);

}  // namespace soakrig::plan
