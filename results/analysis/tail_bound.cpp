// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/tail_bound.hpp"

#include <cmath>

namespace soakrig::analysis {

namespace {

// P(Bin(n, q) ≤ t), summed from its terms: t is small.
double at_most(std::uint64_t n, double q, std::uint64_t t) {
  const auto count = static_cast<double>(n);
  double log_term = count * std::log1p(-q);
  double sum = 0;
  for (std::uint64_t k = 0;; ++k) {
    sum += std::exp(log_term);
    if (k == t || k == n) return sum;
    const auto step = static_cast<double>(k);
    log_term += std::log((count - step) / (step + 1)) + std::log(q) - std::log1p(-q);
  }
}

}  // namespace

std::uint64_t least_samples(double p, std::uint64_t t) {
  const double q = 1 - p;
  std::uint64_t low = t, high = t + 1;  // low does not do; the probability falls with n
  while (at_most(high, q, t) > 1 - kTailConfidence) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (at_most(middle, q, t) > 1 - kTailConfidence ? low : high) = middle;
  }
  return high;
}

bool enough_for(double p, std::uint64_t n) { return n >= least_samples(p, 1); }

}  // namespace soakrig::analysis
