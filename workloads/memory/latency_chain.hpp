// SPDX-License-Identifier: Apache-2.0
//
// A chain of loads each of which gives the address of the next: what a single access costs when
// nothing can be fetched ahead. One hop goes to one cache line.
//
// Line i points to (multiplier * i + increment) mod lines, a full-period congruential sequence over
// a power of two: the hops look random to a prefetcher, each line is visited once a lap, and where
// a walk ends can be worked out without walking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace soakrig::workloads {

class LatencyChain {
 public:
  static constexpr std::size_t kLine = 64;  // bytes

  // Lays the chain over the largest power of two of lines in `memory` (at least two lines, aligned
  // to 64 bytes, borrowed).
  explicit LatencyChain(std::span<std::uint8_t> memory);

  // Follows `hops` links from where the last walk ended; the line it ends on.
  std::size_t walk(std::uint64_t hops);
  // Where a walk of `hops` from `start` must end.
  [[nodiscard]] std::size_t expected(std::size_t start, std::uint64_t hops) const;
  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::size_t lines() const { return lines_; }

 private:
  std::uint8_t* memory_;
  std::size_t lines_;
  std::size_t position_ = 0;
};

}  // namespace soakrig::workloads
