// SPDX-License-Identifier: Apache-2.0
//
// What a routed load (kind = "hybrid") measured, out of the lines that it stored
// (docs/formats/hybrid.md). Pure; what was stored is not trusted.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// What one place answered to one request.
struct HybridAsk {
  bool good = false;
  double latency_s = 0;  // to its answer, or to its failure
  double request_bytes = 0;
  double cost = 0;
  bool shadow = false;  // asked only for the sweep, afterwards
};

struct HybridRow {
  double at_s = 0;
  std::string label;
  double words = 0;
  bool to_cloud = false;  // by the rule
  bool served = false;
  double latency_s = 0;
  std::optional<double> confidence;
  std::optional<HybridAsk> edge, cloud;
  bool drawn = false;  // for the sweep, by lot, before anything else was known
};

// A share of requests with its 95 % Clopper-Pearson interval.
struct HybridShare {
  std::uint64_t seen = 0, of = 0;
  std::optional<double> share, lower, upper;  // absent: of nothing
};

struct HybridClass {
  std::string name;  // "all", "edge", "cloud", or a label
  std::uint64_t requests = 0;
  double p50_s = 0, p95_s = 0;
  bool tail_known = false;  // enough of them for p95 (tail_bound.hpp)
};

struct HybridFigures {
  std::string rule, currency;  // currency empty = no prices
  std::optional<double> threshold;
  bool fallback = true, emulated = false;
  std::uint64_t requests = 0;
  HybridShare offloaded, available, cloud_available;
  std::optional<double> link_available;  // share of the time, as the emulator had planned it
  std::uint64_t outages = 0, fell_to_edge = 0, fell_to_cloud = 0, refused_by_budget = 0;
  std::vector<HybridClass> classes;
  double up_bytes = 0, down_bytes = 0;  // over the link; those of the sweep's requests too
  std::optional<double> cost_per_1000;
  std::uint64_t unpriced = 0, shadowed = 0;
  std::vector<HybridRow> rows;  // of which the sweep is computed
  std::uint64_t left_out = 0;   // requests without a row
};

inline constexpr std::size_t kMostHybridRows = 1'000'000;

// Of the board's workload over the range. Nothing where it stored nothing of the kind. Totals of a
// workload that was started again are added up.
[[nodiscard]] std::optional<HybridFigures> hybrid_figures(std::span<const Event> events,
                                                          const std::string& board,
                                                          const std::string& workload,
                                                          const Interval& range);

}  // namespace soakrig::analysis
