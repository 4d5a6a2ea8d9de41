// SPDX-License-Identifier: Apache-2.0
//
// What another threshold would have done: the routing is run again over measured answers. Only
// requests count that both places were asked by lot, whatever the rule said of them. What is
// computed here is not a measurement: with another share the edge's queue would be another. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/hybrid.hpp"

namespace soakrig::analysis {

struct SweepPoint {
  double threshold = 0;
  double offloaded = 0, available = 0;  // shares
  std::optional<double> p50_s, p95_s;   // of those that were served
  double bytes_per_1000 = 0;            // that leave the site with 1000 requests
  double cost_per_1000 = 0;
};

struct ThresholdSweep {
  std::size_t requests = 0;        // over which it was run
  std::vector<SweepPoint> points;  // by threshold, rising
};

inline constexpr std::size_t kLeastSwept = 20;
inline constexpr std::size_t kSweepPoints = 21;

// Of the rules `length` and `confidence`; the others have no threshold. Nothing with fewer than
// kLeastSwept requests. Thresholds are quantiles of what was seen, between "none" and "all".
[[nodiscard]] std::optional<ThresholdSweep> sweep_threshold(std::span<const HybridRow> rows,
                                                   const std::string& rule, bool fallback);

// The routing of one request at a threshold, as the workload does it.
struct Replayed {
  bool offloaded = false, served = false;
  double latency_s = 0, bytes = 0, cost = 0;
};
[[nodiscard]] Replayed replay(const HybridRow& row, bool by_confidence, double threshold,
                              bool fallback);

}  // namespace soakrig::analysis
