// SPDX-License-Identifier: Apache-2.0
//
// Slow trends, told by slopes that a few wild values cannot bend. Pure.
#pragma once

#include <optional>
#include <span>

namespace soakrig::analysis {

struct Trend {
  double level = 0;                    // median of y
  double slope = 0;                    // of y per unit of x
  std::optional<double> lower, upper;  // 95 % interval of the slope
};

// Theil-Sen: the median of the slopes of all pairs (Sen 1968). Interval: the slopes of rank
// (N -+ 1.96 s) / 2 of N, where s^2 = n (n-1) (2n+5) / 18 is the variance of Kendall's S, here
// times (1 + r1) / (1 - r1), since neighbours that resemble each other are worth less; r1 is the
// lag-1 autocorrelation of the residuals, (n r1 + 2) / (n - 4) against its bias after a line was
// taken out, within [0, 0.95]. x ascends. Needs two points of different x, and ten for an interval;
// of more than 600 points, medians of equal groups are used (all pairs of a month would take
// minutes).
[[nodiscard]] std::optional<Trend> theil_sen(std::span<const double> x, std::span<const double> y);

// "rising" or "falling" where the interval says so, else "none".
[[nodiscard]] const char* direction_of(const Trend& trend);

// Whether a quantity grew without levelling: its trend is above zero by the interval, so is that of
// its last half, which is at least half as steep; and it grew by `least` at least over all. Needs
// 20 points. (Caches that fill and arenas that warm up level off; a leak does not.)
[[nodiscard]] bool grows_without_end(std::span<const double> x, std::span<const double> y,
                                     double least);

}  // namespace soakrig::analysis
