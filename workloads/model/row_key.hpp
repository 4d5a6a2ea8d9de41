// SPDX-License-Identifier: Apache-2.0
//
// The seeding of made-up weights: integers only, so that every target makes the same model. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace soakrig::workloads {

// The finaliser of splitmix64: every input bit reaches every output bit.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// Where the numbers of one row of a tensor start; the tensor's number is Tensor's.
[[nodiscard]] constexpr std::uint64_t row_key(std::uint64_t seed, std::uint8_t tensor,
                                              std::size_t layer, std::size_t row) {
  return mix(mix(seed) ^ (static_cast<std::uint64_t>(tensor) << 56) ^
             (static_cast<std::uint64_t>(layer) << 40) ^ row);
}

}  // namespace soakrig::workloads
