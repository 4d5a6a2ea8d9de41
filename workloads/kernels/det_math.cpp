// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/det_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

namespace soakrig::workloads {
namespace {

constexpr double kLn2 = 0x1.62e42fefa39efp-1;
// ln 2 and pi / 2 in two parts, the first with enough zero bits that n * high is exact.
constexpr double kLn2Head = 0x1.62e42fee00000p-1;
constexpr double kLn2Tail = 0x1.a39ef35793c76p-33;
constexpr double kHalfPiHigh = 0x1.921fb54400000p0;
constexpr double kHalfPiLow = 0x1.0b4611a626331p-34;

// Nearest integer, ties to even, without depending on the rounding mode's libm.
double nearest(double x) {
  constexpr double kMagic = 0x1.8p52;
  return (x + kMagic) - kMagic;
}

double power_of_two(int n) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

}  // namespace

double det_exp(double x) {
  const double n = nearest(x / kLn2);
  const double r = (x - n * kLn2Head) - n * kLn2Tail;
  double sum = 1.0;  // Horner from the tail: 1 + r/1 (1 + r/2 (1 + r/3 (...)))
  for (int k = 14; k >= 1; --k) sum = 1.0 + r / k * sum;
  return sum * power_of_two(static_cast<int>(n));
}

double det_log(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double mantissa =
      std::bit_cast<double>((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);  // 1 <= m < 2
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), |argument| <= 0.172: 12 terms leave 1e-20.
  const double u = (mantissa - 1.0) / (mantissa + 1.0);
  const double square = u * u;
  double sum = 0.0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return exponent * kLn2 + 2.0 * u * sum;
}

SinCos det_sincos(double angle) {
  const double n = nearest(angle / (kHalfPiHigh + kHalfPiLow));
  const double r = (angle - n * kHalfPiHigh) - n * kHalfPiLow;  // |r| <= pi / 4
  const double square = r * r;
  double sine = 1.0;
  double cosine = 1.0;
  for (int k = 17; k >= 3; k -= 2) sine = 1.0 - square / (k * (k - 1)) * sine;
  for (int k = 18; k >= 2; k -= 2) cosine = 1.0 - square / (k * (k - 1)) * cosine;
  sine *= r;
  switch (static_cast<std::int64_t>(n) & 3) {
    case 0:
      return {sine, cosine};
    case 1:
      return {cosine, -sine};
    case 2:
      return {-sine, -cosine};
    default:
      return {-cosine, sine};
  }
}

float det_exp(float x) {
  using namespace exp_constants;
  if (!(x >= kLowest)) return 0.0f;
  const float clamped = x < kHighest ? x : kHighest;
  constexpr float kMagic = 0x1.8p23f;  // nearest integer, ties to even
  const float n = (clamped * kLog2E + kMagic) - kMagic;
  const float r = (clamped - n * kLn2High) - n * kLn2Low;
  float sum = kTerms[0];
  for (int k = 1; k < 8; ++k) sum = sum * r + kTerms[k];
  const auto power = static_cast<std::uint32_t>(static_cast<std::int32_t>(n) + 127) << 23;
  return sum * std::bit_cast<float>(power);
}

}  // namespace soakrig::workloads
