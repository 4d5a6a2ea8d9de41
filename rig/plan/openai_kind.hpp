// SPDX-License-Identifier: Apache-2.0
//
// The workload kind `openai` of a profile: its keys become the command line of the load client.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

void fill_openai(const TableReader& table, WorkloadSpec& spec, Build& build);

// Whether the clients of the run can ask from where they are for the board that is being read: what
// is deployed to a board speaks no TLS, and the rig does not reach a board's loopback.
void check_clients(const TableReader& reader, const BoardSpec& board, Build& build);

}  // namespace soakrig::plan
