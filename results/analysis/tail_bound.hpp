// SPDX-License-Identifier: Apache-2.0
//
// How many requests it takes before a tail may be told as a fact. MLPerf's rule of early stopping
// (mlcommons/inference_policies, "early stopping"): with confidence c, the p-quantile is at most
// the (n-t)-th of n latencies if P(Bin(n, 1-p) ≤ t) ≤ 1-c. Here c = 0.99.
#pragma once

#include <cstdint>

namespace soakrig::analysis {

inline constexpr double kTailConfidence = 0.99;

// The least n for which `t` values above the bound may be left aside; 0 < p < 1.
[[nodiscard]] std::uint64_t least_samples(double p, std::uint64_t t);
// May the p-quantile of n values be told? True from the least n that allows one value beyond it.
[[nodiscard]] bool enough_for(double p, std::uint64_t n);

}  // namespace soakrig::analysis
