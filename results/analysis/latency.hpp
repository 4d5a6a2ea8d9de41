// SPDX-License-Identifier: Apache-2.0
//
// Latency of a workload in a phase, from its gauges that are times (`work.NAME.ttft`, in s).
#pragma once

#include <map>
#include <string>

#include "results/analysis/judgement.hpp"

namespace soakrig::analysis {

// By gauge name without the prefix. p50, p90 and p99 are type-7 quantiles of all good values in the
// range, each report weighing the same. Totals of time (`busy`, `…_busy`) are no gauges.
[[nodiscard]] std::map<std::string, LatencySummary> latency_of(const BoardView& board,
                                                               const std::string& workload,
                                                               const Interval& range);

}  // namespace soakrig::analysis
