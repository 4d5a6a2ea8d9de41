// SPDX-License-Identifier: Apache-2.0
//
// Whether the clients of a run can ask their engines from where they are.
#pragma once

#include "rig/base/run_spec.hpp"
#include "rig/plan/sections.hpp"

namespace soakrig::plan {

// For the board that is being read, once the workloads are: what is deployed to a board speaks no
// TLS, and the rig does not reach a board's loopback.
void check_clients(const TableReader& reader, const BoardSpec& board, Build& build);

}  // namespace soakrig::plan
