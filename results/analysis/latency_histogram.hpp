// SPDX-License-Identifier: Apache-2.0
//
// The histograms that a workload sends (docs/formats/openai_load.md), added up over a range: exact
// counts of every request, where gauges are only samples of them. Pure; what was stored is not
// trusted.
#pragma once

#include <map>
#include <span>
#include <string>

#include "results/analysis/judgement.hpp"
#include "results/analysis/run_view.hpp"
#include "rig/base/event.hpp"

namespace soakrig::analysis {

// By series ("ttft"), in s. Of the histogram events of the board's workload in the range; a
// quantile is the geometric middle of its bucket.
[[nodiscard]] std::map<std::string, LatencySummary> histogram_latency(std::span<const Event> events,
                                                                      const std::string& board,
                                                                      const std::string& workload,
                                                                      const Interval& range);

// One quantile more (0..1) of the same series, in s.
[[nodiscard]] std::map<std::string, double> histogram_quantile(std::span<const Event> events,
                                                               const std::string& board,
                                                               const std::string& workload,
                                                               const Interval& range, double q);

}  // namespace soakrig::analysis
