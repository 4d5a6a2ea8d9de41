// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/latency_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "rig/base/json_guard.hpp"

namespace soakrig::analysis {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMostBucket = 100'000;
constexpr std::size_t kMostSeries = 64;
constexpr Nanos kLongestWindow = kHour;

// Buckets of one scale. Histograms of another scale cannot be added and are left out.
struct Sum {
  double least = 0, ratio = 0, max = 0;
  std::map<std::int64_t, std::uint64_t> buckets;
  std::uint64_t count = 0;

  void add(const Json& histogram) {
    const auto least_told = json_get<double>(histogram, "least");
    const auto ratio_told = json_get<double>(histogram, "ratio");
    const bool possible = least_told && ratio_told && *least_told > 0 && *ratio_told > 1;
    const auto list = possible ? histogram.find("buckets") : histogram.end();
    if (!possible || list == histogram.end() || !list->is_array()) return;
    if (count == 0) {
      least = *least_told;
      ratio = *ratio_told;
    }
    if (least != *least_told || ratio != *ratio_told) return;
    for (const Json& bucket : *list) {
      const bool pair = bucket.is_array() && bucket.size() == 2 && bucket[0].is_number_unsigned() &&
                        bucket[1].is_number_unsigned();
      if (!pair || bucket[0].get<std::int64_t>() > kMostBucket) continue;
      buckets[bucket[0].get<std::int64_t>()] += bucket[1].get<std::uint64_t>();
      count += bucket[1].get<std::uint64_t>();
    }
    max = std::max(max, json_get<double>(histogram, "max").value_or(0));
  }

  double quantile(double q) const {
    const double rank = std::ceil(q * static_cast<double>(count));
    double seen = 0;
    for (const auto& [bucket, n] : buckets) {
      seen += static_cast<double>(n);
      if (seen >= rank) {
        return std::min(max, least * std::pow(ratio, static_cast<double>(bucket) + 0.5));
      }
    }
    return max;
  }
};

// The series of a histogram event of this workload whose window has its middle in the range;
// nothing where it is none. (An event comes at its window's end.)
std::optional<Json> series_of(const Event& event, const std::string& workload,
                              const Interval& range) {
  // Before anything is parsed: a long soak has thousands of them, and each phase asks for its own.
  const bool near = event.t >= range.from && event.t - kLongestWindow / 2 < range.to;
  if (!near || event.kind != event_kind::kWorkNote ||
      event.body.find("\"hist\"") == std::string::npos) {
    return std::nullopt;
  }
  const auto body = parse_json(event.body);
  if (!body || json_get<std::string>(*body, "workload") != workload || !body->contains("hist")) {
    return std::nullopt;
  }
  const Json& hist = body->at("hist");
  const double window =
      std::clamp(json_get<double>(hist, "window_s").value_or(0), 0.0, to_seconds(kLongestWindow));
  if (!range.contains(event.t - from_seconds(window / 2))) return std::nullopt;
  if (!hist.is_object() || !hist.contains("series") || !hist.at("series").is_object()) {
    return std::nullopt;
  }
  return hist.at("series");
}

std::map<std::string, Sum> sums_of(std::span<const Event> events, const std::string& board,
                                   const std::string& workload, const Interval& range) {
  std::map<std::string, Sum> sums;
  for (const Event& event : events) {
    if (event.board != board) continue;
    const auto series = series_of(event, workload, range);
    if (!series) continue;
    for (const auto& [name, histogram] : series->items()) {
      if (histogram.is_object() && (sums.size() < kMostSeries || sums.contains(name))) {
        sums[name].add(histogram);
      }
    }
  }
  return sums;
}

}  // namespace

std::map<std::string, LatencySummary> histogram_latency(std::span<const Event> events,
                                                        const std::string& board,
                                                        const std::string& workload,
                                                        const Interval& range) {
  std::map<std::string, LatencySummary> out;
  for (const auto& [name, sum] : sums_of(events, board, workload, range)) {
    if (sum.count == 0) continue;
    out[name] = {"s", sum.count, sum.quantile(0.5), sum.quantile(0.9), sum.quantile(0.99), sum.max};
  }
  return out;
}

std::map<std::string, double> histogram_quantile(std::span<const Event> events,
                                                 const std::string& board,
                                                 const std::string& workload, const Interval& range,
                                                 double q) {
  std::map<std::string, double> out;
  for (const auto& [name, sum] : sums_of(events, board, workload, range)) {
    if (sum.count > 0) out[name] = sum.quantile(q);
  }
  return out;
}

}  // namespace soakrig::analysis
