// SPDX-License-Identifier: Apache-2.0
#include "workloads/memory/latency_chain.hpp"

#include <bit>
#include <cstring>

#include "rig/base/result.hpp"

namespace soakrig::workloads {
namespace {

// Full period over any power of two (Hull and Dobell): multiplier = 1 mod 4, increment odd. A
// multiplier this large leaves no stride between neighbours.
constexpr std::uint64_t kMultiplier = 0x5851F42D4C957F2Du;
constexpr std::uint64_t kIncrement = 0x14057B7EF767814Fu;
static_assert(kMultiplier % 4 == 1 && kIncrement % 2 == 1);

}  // namespace

LatencyChain::LatencyChain(std::span<std::uint8_t> memory)
    : memory_(memory.data()), lines_(std::bit_floor(memory.size() / kLine)) {
  RIG_ASSERT(lines_ >= 2);
  for (std::size_t i = 0; i < lines_; ++i) {
    const std::uint64_t next = (kMultiplier * i + kIncrement) & (lines_ - 1);
    std::memcpy(memory_ + i * kLine, &next, sizeof next);
  }
}

std::size_t LatencyChain::walk(std::uint64_t hops) {
  std::uint64_t at = position_;
  // A broken bit in a link must not lead outside: the mask costs one cycle of a hop's hundreds.
  for (std::uint64_t i = 0; i < hops; ++i) {
    std::memcpy(&at, memory_ + (at & (lines_ - 1)) * kLine, sizeof at);
  }
  position_ = at & (lines_ - 1);
  return position_;
}

std::size_t LatencyChain::expected(std::size_t start, std::uint64_t hops) const {
  // k steps are again x -> multiplier x + increment: square and multiply, modulo 2^64.
  std::uint64_t multiplier = 1;
  std::uint64_t increment = 0;
  std::uint64_t step_multiplier = kMultiplier;
  std::uint64_t step_increment = kIncrement;
  for (; hops != 0; hops >>= 1) {
    if ((hops & 1) != 0) {
      multiplier *= step_multiplier;
      increment = increment * step_multiplier + step_increment;
    }
    step_increment *= step_multiplier + 1;
    step_multiplier *= step_multiplier;
  }
  return (multiplier * start + increment) & (lines_ - 1);
}

}  // namespace soakrig::workloads
