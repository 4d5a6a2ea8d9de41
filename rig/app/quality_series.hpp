// SPDX-License-Identifier: Apache-2.0
//
// `quality --every`: one candidate asked again and again while it is soaked, told in the workload
// protocol (docs/formats/workload_protocol.md), so that its quality is a series of the run beside
// speed and temperature. The reference is asked once, at the start.
#pragma once

#include <vector>

#include "results/analysis/quality_tasks.hpp"
#include "rig/app/quality_session.hpp"

namespace soakrig::app {

// A pass begins every `every`, or when the one before it is over. Returns the exit code: 0 after
// SIGTERM, SIGINT or once nobody reads standard output, 2 where the reference cannot be asked. A
// candidate that does not answer is told as an event, and its figures are missing for that pass.
// Blocks those signals, and ignores SIGPIPE, for the process.
[[nodiscard]] int tell_quality_series(QualityEndpoint& reference, QualityEndpoint& candidate,
                                      const QualityAmount& amount,
                                      std::vector<analysis::QualityTask> tasks, Nanos every);

}  // namespace soakrig::app
