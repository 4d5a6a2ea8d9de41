// SPDX-License-Identifier: Apache-2.0
//
// The workload `hybrid`: requests that a declared rule routes to an engine at the edge or to one in
// the cloud, the latter behind an emulated link. Its work are the tokens of the edge; a cycle is a
// slice in which answers ended. docs/formats/hybrid.md has the formulas.
#pragma once

#include <memory>
#include <string>

#include "rig/base/time.hpp"
#include "workloads/catalogue.hpp"
#include "workloads/hybrid/hybrid_client.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct HybridWorkloadOptions {
  HybridOptions client;
  PromptOptions prompts;
  Nanos ready_within = 60 * kSecond;               // each of the two, until its first good answer
  std::string currency, price_date, price_source;  // of the prices, where there are any
};

// Errors of the options are found here; whether the engines answer, in prepare(). The clock is
// borrowed.
[[nodiscard]] Result<std::unique_ptr<Workload>> make_hybrid(HybridWorkloadOptions options,
                                                            const Clock& clock);
[[nodiscard]] std::unique_ptr<WorkloadCommand> hybrid_command();

}  // namespace soakrig::workloads
