// SPDX-License-Identifier: Apache-2.0
//
// What hours and failures bound. Every bound carries what it does not prove: a night of one board
// is a small sample, and the figures must not be read as more. Pure.
#pragma once

#include <span>

#include "results/analysis/judgement.hpp"

namespace soakrig::analysis {

// Lower bound of the mean time between failures, in hours, with one-sided confidence, for a test
// that was ended by time: 2 T / chi2(confidence; 2 r + 2) (chi2: quantile; r failures in T
// unit-hours; without a failure T / -ln(1 - confidence)). Holds for a constant failure rate only.
[[nodiscard]] double mtbf_lower(double unit_hours, std::uint64_t failures, double confidence);

// Success run: the reliability over this duration that n units without a failure show with
// one-sided confidence: (1 - confidence)^(1 / n).
[[nodiscard]] double success_run(std::uint64_t units, double confidence);

// Share of units that fail, two-sided Clopper-Pearson: quantiles (1 -+ confidence) / 2 of
// Beta(x, n - x + 1) and Beta(x + 1, n - x); 0 below and 1 above where x is 0 or n.
struct ShareBounds {
  double lower = 0, upper = 1;
};
[[nodiscard]] ShareBounds clopper_pearson(std::uint64_t failed, std::uint64_t units,
                                          double confidence);

// All of them for the hours given, at 60 and 90 % (mtbf_h), 90 % (success_run, where no unit
// failed) and 95 % (failing_share). None without hours or units.
[[nodiscard]] std::optional<Reliability> reliability_of(double unit_hours, std::uint64_t failures,
                                                        std::uint64_t units,
                                                        std::uint64_t failed_units);

// Of one board: the hours of its dwells less those in which it was down, and its incidents with
// blame board or unknown.
[[nodiscard]] std::optional<Reliability> board_reliability(const BoardJudgement& board);

// Over all boards that have one.
[[nodiscard]] std::optional<Reliability> run_reliability(std::span<const BoardJudgement> boards);

}  // namespace soakrig::analysis
