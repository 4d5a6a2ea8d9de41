// SPDX-License-Identifier: Apache-2.0
//
// Sensor readings are decimal numbers (0.1 C, 1 mW, whole hertz), which are no short binary
// fractions. This finds the power of ten that makes a column integral, bit for bit. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace soakrig::store {

// v == integer / 10^digits or, as programs that convert by multiplying make it,
// v == integer * 1e-digits; |integer| < 2^53, and never a negative zero.
struct Scale {
  std::uint8_t digits = 0;
  bool multiply = false;
  friend bool operator==(const Scale&, const Scale&) = default;
};
inline constexpr std::uint8_t kMaxDigits = 9;

// The scale that gives all of `values` back exactly, and their integers; nothing if there is none.
[[nodiscard]] std::optional<Scale> to_decimal(std::span<const double> values,
                                              std::vector<std::int64_t>& integers);
// scale.digits must not exceed kMaxDigits.
[[nodiscard]] double from_decimal(std::int64_t integer, Scale scale);

}  // namespace soakrig::store
