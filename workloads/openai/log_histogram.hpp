// SPDX-License-Identifier: Apache-2.0
//
// Counts of positive values in buckets of equal relative width: quantiles are right to 1 %, two
// histograms add up to what one of both would be, and memory is bounded whatever comes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace soakrig::workloads {

// Values are times in s; from 1 µs to 10^5 s they are kept to within 1 %, beyond that as the end of
// the range. Copyable; used by one thread.
class LogHistogram {
 public:
  void add(double value);
  void merge(const LogHistogram& other);
  void clear() { *this = LogHistogram(); }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  // Of the values in order, the one at rank ceil(q · n); 0 ≤ q ≤ 1. 0 without values.
  [[nodiscard]] double quantile(double q) const;
  [[nodiscard]] double max() const { return max_; }
  // {"least":1e-06,"ratio":…,"count":n,"max":x,"buckets":[[index,count],…]}: bucket i holds values
  // from least · ratio^i on.
  [[nodiscard]] std::string json() const;

 private:
  [[nodiscard]] std::uint64_t& count_of(std::uint16_t bucket);

  // By bucket, only those that hold something: a few dozen, of at most 1702. Side by side, since
  // this is written for each token and a tree's nodes lie all over a small board's cache.
  std::vector<std::pair<std::uint16_t, std::uint64_t>> buckets_;
  std::uint64_t count_ = 0;
  double max_ = 0;
};

}  // namespace soakrig::workloads
