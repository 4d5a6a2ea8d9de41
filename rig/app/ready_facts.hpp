// SPDX-License-Identifier: Apache-2.0
//
// What the workloads of a run said of themselves when they were ready.
#pragma once

#include "results/report/claims_view.hpp"
#include "results/store/reader.hpp"

namespace soakrig::app {

// By board, workload and key; of a workload that was started again, what it said last. Empty where
// the events cannot be read.
[[nodiscard]] report::ReadyFacts ready_facts(const store::Reader& reader);

}  // namespace soakrig::app
