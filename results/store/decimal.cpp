// SPDX-License-Identifier: Apache-2.0
#include "results/store/decimal.hpp"

#include <array>
#include <bit>
#include <cmath>

#include "rig/base/result.hpp"

namespace soakrig::store {
namespace {

constexpr std::array<double, kMaxDigits + 1> kPower = {1e0, 1e1, 1e2, 1e3, 1e4,
                                                       1e5, 1e6, 1e7, 1e8, 1e9};
constexpr std::array<double, kMaxDigits + 1> kInverse = {1e0,  1e-1, 1e-2, 1e-3, 1e-4,
                                                         1e-5, 1e-6, 1e-7, 1e-8, 1e-9};
constexpr double kExact = 9007199254740992.0;  // 2^53: below it every integer is a double

// True when `integer` gives exactly the bits of v at this scale.
bool try_scale(double v, Scale scale, std::int64_t& integer) {
  const double scaled = v * kPower[scale.digits];
  if (!(std::fabs(scaled) < kExact)) return false;  // too large, or not a number
  // From 2^52 on a double is an integer already, and adding a half would round it away.
  const double half = std::fabs(scaled) < kExact / 2 ? 0.5 : 0.0;
  integer = static_cast<std::int64_t>(scaled + (scaled < 0 ? -half : half));
  return std::bit_cast<std::uint64_t>(from_decimal(integer, scale)) ==
         std::bit_cast<std::uint64_t>(v);
}

bool convert(std::span<const double> values, Scale scale, std::vector<std::int64_t>& integers) {
  integers.resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!try_scale(values[i], scale, integers[i])) return false;
  }
  return true;
}

std::optional<Scale> find(std::span<const double> values, bool multiply,
                          std::vector<std::int64_t>& integers) {
  Scale scale{0, multiply};
  std::int64_t integer = 0;
  // Digits only ever grow: what was exact with fewer stays exact with more (by division). So one
  // pass finds the candidate and the second one both converts and proves it.
  for (const double v : values) {
    while (!try_scale(v, scale, integer)) {
      if (scale.digits == kMaxDigits) return std::nullopt;
      ++scale.digits;
    }
  }
  if (!convert(values, scale, integers)) return std::nullopt;
  return scale;
}

}  // namespace

double from_decimal(std::int64_t integer, Scale scale) {
  RIG_ASSERT(scale.digits <= kMaxDigits);
  const auto v = static_cast<double>(integer);
  return scale.multiply ? v * kInverse[scale.digits] : v / kPower[scale.digits];
}

std::optional<Scale> to_decimal(std::span<const double> values,
                                std::vector<std::int64_t>& integers) {
  if (const auto scale = find(values, false, integers)) return scale;
  return find(values, true, integers);
}

}  // namespace soakrig::store
