// SPDX-License-Identifier: Apache-2.0
//
// The workload `cycle`: updates a board again and again, breaks the update at seeded instants, and
// says how each cycle ended, with what was seen (docs/howto/soak_an_update.md). A cycle is:
// version, update with its fault, health until it settles, version; where that left the board
// unwell, the ladder: rollback, then restore.
#pragma once

#include <memory>

#include "workloads/catalogue.hpp"
#include "workloads/cycle/cycle_plan.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

// Everything that can be wrong with the options is found here, before anything is started. The
// clock is borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_cycle(const CycleOptions& options,
                                                           const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> cycle_command();

}  // namespace soakrig::workloads
