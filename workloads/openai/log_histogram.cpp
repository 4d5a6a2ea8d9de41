// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/log_histogram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soakrig::workloads {

namespace {

constexpr double kLeast = 1e-6, kMost = 1e5;
// A value is told as its bucket's geometric middle: half a bucket off at most, which is 0.75 %.
constexpr double kRatio = 1.015;
const double kLogRatio = std::log(kRatio);

std::uint16_t bucket_of(double value) {
  const double inside = std::clamp(value, kLeast, kMost);
  return static_cast<std::uint16_t>(std::log(inside / kLeast) / kLogRatio);
}

double middle_of(std::uint16_t bucket) { return kLeast * std::pow(kRatio, bucket + 0.5); }

}  // namespace

std::uint64_t& LogHistogram::count_of(std::uint16_t bucket) {
  auto at = std::ranges::lower_bound(buckets_, bucket, {}, [](const auto& b) { return b.first; });
  if (at == buckets_.end() || at->first != bucket) at = buckets_.insert(at, {bucket, 0});
  return at->second;
}

void LogHistogram::add(double value) {
  if (!std::isfinite(value)) return;
  ++count_of(bucket_of(value));
  ++count_;
  max_ = std::max(max_, value);
}

void LogHistogram::merge(const LogHistogram& other) {
  for (const auto& [bucket, count] : other.buckets_) count_of(bucket) += count;
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

double LogHistogram::quantile(double q) const {
  if (count_ == 0) return 0;
  const auto rank =
      static_cast<std::uint64_t>(std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (const auto& [bucket, count] : buckets_) {
    seen += count;
    if (seen >= std::max<std::uint64_t>(rank, 1)) return std::min(middle_of(bucket), max_);
  }
  return max_;
}

std::string LogHistogram::json() const {
  std::string buckets;
  for (const auto& [bucket, count] : buckets_) {
    buckets += fmt::format("{}[{},{}]", buckets.empty() ? "" : ",", bucket, count);
  }
  return fmt::format(R"({{"least":{:g},"ratio":{:g},"count":{},"max":{:.9g},"buckets":[{}]}})",
                     kLeast, kRatio, count_, max_, buckets);
}

}  // namespace soakrig::workloads
