// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/hybrid_sweep.hpp"

#include <algorithm>
#include <cmath>

#include "results/analysis/statistics.hpp"

namespace soakrig::analysis {

namespace {

void ask_edge(const HybridRow& row, Replayed& out) {
  if (!row.edge) return;
  out.latency_s += row.edge->latency_s;
  out.cost += row.edge->cost;
  out.served = row.edge->good;
}

void ask_cloud(const HybridRow& row, Replayed& out) {
  if (!row.cloud) return;
  out.latency_s += row.cloud->latency_s;
  out.bytes += row.cloud->request_bytes;
  out.cost += row.cloud->cost;
  out.served = row.cloud->good;
}

SweepPoint point_of(const std::vector<const HybridRow*>& rows, bool by_confidence, double threshold,
                    bool fallback) {
  SweepPoint out;
  out.threshold = threshold;
  std::vector<double> latencies;
  for (const HybridRow* row : rows) {
    const Replayed one = replay(*row, by_confidence, threshold, fallback);
    out.offloaded += one.offloaded ? 1 : 0;
    out.available += one.served ? 1 : 0;
    out.bytes_per_1000 += one.bytes;
    out.cost_per_1000 += one.cost;
    if (one.served) latencies.push_back(one.latency_s);
  }
  const auto n = static_cast<double>(rows.size());
  out.offloaded /= n;
  out.available /= n;
  out.bytes_per_1000 *= 1000 / n;
  out.cost_per_1000 *= 1000 / n;
  out.p50_s = quantile(latencies, 0.5);
  out.p95_s = quantile(latencies, 0.95);
  return out;
}

}  // namespace

Replayed replay(const HybridRow& row, bool by_confidence, double threshold, bool fallback) {
  Replayed out;
  // A text that may not leave was asked at the edge alone, whatever the lot said.
  const bool stays = !row.cloud;
  if (by_confidence) {
    ask_edge(row, out);
    if (stays) return out;
    const bool sure = row.confidence.value_or(-1) >= threshold;
    if (out.served && sure) return out;
    const bool had_answer = out.served;
    if (!had_answer && !fallback) return out;
    out.offloaded = had_answer;  // a fallback is not the rule's doing
    ask_cloud(row, out);
    out.served = out.served || (had_answer && fallback);
    return out;
  }
  out.offloaded = !stays && row.words > threshold;
  if (out.offloaded) {
    ask_cloud(row, out);
    if (!out.served && fallback) ask_edge(row, out);
  } else {
    ask_edge(row, out);
    if (!out.served && fallback) ask_cloud(row, out);
  }
  return out;
}

std::optional<ThresholdSweep> sweep_threshold(std::span<const HybridRow> rows, const std::string& rule,
                                     bool fallback) {
  const bool by_confidence = rule == "confidence";
  if (!by_confidence && rule != "length") return std::nullopt;
  std::vector<const HybridRow*> drawn;
  std::vector<double> values;
  for (const HybridRow& row : rows) {
    if (!row.drawn || !row.edge) continue;
    drawn.push_back(&row);
    if (!by_confidence) values.push_back(row.words);
    if (by_confidence && row.confidence) values.push_back(*row.confidence);
  }
  if (drawn.size() < kLeastSwept || values.empty()) return std::nullopt;
  // From below the least, where a length sends all and a confidence none, to where it turns round.
  std::vector<double> thresholds{by_confidence ? 0.0 : std::max(0.0, std::ranges::min(values) - 1)};
  for (std::size_t i = 0; i < kSweepPoints; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(kSweepPoints - 1);
    const double at = *quantile(values, share);
    // Just above a value: its own requests change sides there.
    thresholds.push_back(by_confidence ? std::min(1.0, std::nextafter(at, 2.0)) : std::floor(at));
  }
  std::ranges::sort(thresholds);
  const auto twice = std::ranges::unique(thresholds);
  thresholds.erase(twice.begin(), twice.end());
  ThresholdSweep out;
  out.requests = drawn.size();
  for (const double threshold : thresholds) {
    out.points.push_back(point_of(drawn, by_confidence, threshold, fallback));
  }
  return out;
}

}  // namespace soakrig::analysis
