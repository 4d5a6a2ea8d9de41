// SPDX-License-Identifier: Apache-2.0
//
// The virtual bench: chamber and meter on Modbus TCP, a board tree, the thermal model between them,
// heated by the real CPU time of the workloads and really slowing them (docs/virtual_bench.md). One
// thread, one poll loop.
#pragma once

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/virtual/options.hpp"

namespace soakrig::virtual_bench {

// Serves until SIGTERM or SIGINT (or the end of stdin, where asked); on return nothing is slowed
// any more and the ready file is gone. Changes the process's signal mask: for the command only.
// Forks, so there must be no other thread.
[[nodiscard]] Result<void> serve(const BenchOptions& options, const Clock& clock);

}  // namespace soakrig::virtual_bench
