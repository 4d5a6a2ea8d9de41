// SPDX-License-Identifier: Apache-2.0
//
// Correlated noise as 10 Hz samples have it, seen through means of a minute. Exact and cheap: the
// mean of a block and the value at its end, given the value at its begin, are two correlated normal
// numbers, so that 12 h are 720 draws and not 432 000. Deterministic by seed, on every platform.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace soakrig::test {

// SplitMix64 and Box-Muller: the standard's distributions differ between libraries.
class Normal {
 public:
  explicit Normal(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}
  double operator()() {
    const double u = uniform(), v = uniform();
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  }
  // In (0, 1).
  double uniform() {
    state_ += 0x9E3779B97F4A7C15u;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return (static_cast<double>(z >> 11) + 0.5) / 9007199254740992.0;
  }

 private:
  std::uint64_t state_;
};

// Means over `per_block` samples of x_i = rho x_{i-1} + e_i with standard deviation `sigma` of x.
inline std::vector<double> block_means(std::size_t blocks, std::size_t per_block, double rho,
                                       double sigma, std::uint64_t seed) {
  const auto m = static_cast<double>(per_block);
  const double innovation = sigma * std::sqrt(1 - rho * rho);
  // Weights of the start and of each innovation in the block's mean and in its last value.
  double start_in_mean = 0, var_mean = 0, var_end = 0, both = 0;
  for (std::size_t j = 1; j <= per_block; ++j) {
    const double left = m - static_cast<double>(j);
    const double in_end = std::pow(rho, left);
    const double in_mean = (rho < 1 ? (1 - std::pow(rho, left + 1)) / (1 - rho) : left + 1) / m;
    start_in_mean += std::pow(rho, static_cast<double>(j)) / m;
    var_mean += in_mean * in_mean;
    var_end += in_end * in_end;
    both += in_mean * in_end;
  }
  const double start_in_end = std::pow(rho, m);
  const double end_of_mean = both / var_mean;  // regression of the end on the mean
  const double rest = std::sqrt(std::max(0.0, var_end - both * both / var_mean));
  Normal normal(seed);
  double x = sigma * normal();
  std::vector<double> out;
  for (std::size_t i = 0; i < blocks; ++i) {
    const double mean_part = innovation * std::sqrt(var_mean) * normal();
    out.push_back(start_in_mean * x + mean_part);
    x = start_in_end * x + end_of_mean * mean_part + innovation * rest * normal();
  }
  return out;
}

}  // namespace soakrig::test
