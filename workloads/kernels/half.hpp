// SPDX-License-Identifier: Apache-2.0
//
// Floats of 16 bits. IEEE half precision to single, exactly, in plain integer steps: used where no
// instruction does it and as the reference for those that do. And both kinds as operands of matrix
// products.
#pragma once

#include <bit>
#include <cstdint>

namespace soakrig::workloads {

[[nodiscard]] constexpr float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1Fu;
  const std::uint32_t mantissa = half & 0x3FFu;
  if (exponent == 0) {  // zero and subnormals: mantissa * 2^-24 is exact in single precision
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | (mantissa << 13));
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

// Rounds to nearest even; too large becomes infinity.
[[nodiscard]] constexpr std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<std::uint16_t>(sign | 0x7E00u);
  if (magnitude >= 0x47800000u) return static_cast<std::uint16_t>(sign | 0x7C00u);
  // Below the smallest normal half, the result counts steps of 2^-24.
  const std::uint32_t shift = magnitude < 0x38800000u ? 126u - (magnitude >> 23) : 13u;
  if (shift > 24) return sign;
  const std::uint32_t base =
      magnitude < 0x38800000u ? ((magnitude & 0x7FFFFFu) | 0x800000u) : magnitude - 0x38000000u;
  const std::uint32_t kept = base >> shift;
  const std::uint32_t rest = base & ((1u << shift) - 1u);
  const std::uint32_t half = 1u << (shift - 1);
  const std::uint32_t up = (rest > half || (rest == half && (kept & 1u) != 0)) ? 1u : 0u;
  return static_cast<std::uint16_t>(sign | (kept + up));
}

// IEEE half precision as stored: whole numbers up to 2048 are exact.
struct Half {
  std::uint16_t bits = 0;

  constexpr Half() = default;
  constexpr explicit Half(int value) : bits(float_to_half(static_cast<float>(value))) {}
  constexpr operator float() const { return half_to_float(bits); }
};

// The upper half of a single-precision float: whole numbers up to 256 are exact.
struct Bfloat {
  std::uint16_t bits = 0;

  constexpr Bfloat() = default;
  constexpr explicit Bfloat(int value)
      : bits(static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(static_cast<float>(value)) >>
                                        16)) {}
  constexpr operator float() const {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }
};

}  // namespace soakrig::workloads
