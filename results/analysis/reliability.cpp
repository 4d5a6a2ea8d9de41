// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/reliability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>

namespace soakrig::analysis {

namespace {

constexpr double kConfidence = 0.90;

ReliabilityBound mtbf_bound(const Reliability& r, double confidence) {
  ReliabilityBound out;
  out.name = "mtbf_h";
  out.confidence = confidence;
  out.lower = mtbf_lower(r.unit_hours, r.failures, confidence);
  out.formula = fmt::format("2 T / chi2({:g}; 2 r + 2), T = {:.4g} unit-hours, r = {}", confidence,
                            r.unit_hours, r.failures);
  out.not_proven =
      "It holds only if the failure rate is constant: it says nothing of early failures that a "
      "short run cannot show, of wear-out, or of other loads and ambients";
  if (r.units < 2) out.not_proven += "; one board says nothing of how boards differ";
  return out;
}

ReliabilityBound success_bound(const Reliability& r) {
  ReliabilityBound out;
  out.name = "success_run";
  out.confidence = kConfidence;
  out.lower = success_run(r.units, kConfidence);
  out.formula = fmt::format("(1 - {:g})^(1/n), n = {}", kConfidence, r.units);
  out.not_proven = fmt::format(
      "It is the share of units that survive a run as long as this one, not a lifetime: 90 % with "
      "this confidence needs 22 units without a failure; this run had {}",
      r.units);
  return out;
}

ReliabilityBound share_bound(const Reliability& r) {
  ReliabilityBound out;
  out.name = "failing_share";
  out.confidence = 0.95;
  const ShareBounds share = clopper_pearson(r.failed_units, r.units, out.confidence);
  out.lower = share.lower;
  out.upper = share.upper;
  out.formula = fmt::format("Clopper-Pearson, x = {} of n = {}", r.failed_units, r.units);
  out.not_proven =
      "It is of units drawn at random from one production: boards picked by a vendor, or of one "
      "batch, do not stand for the rest";
  return out;
}

std::uint64_t counted(std::span<const Incident> incidents) {
  return static_cast<std::uint64_t>(std::ranges::count_if(incidents, [](const Incident& i) {
    return i.blame == Blame::board || i.blame == Blame::unknown;
  }));
}

}  // namespace

double mtbf_lower(double unit_hours, std::uint64_t failures, double confidence) {
  const boost::math::chi_squared chi(2 * static_cast<double>(failures) + 2);
  return 2 * unit_hours / boost::math::quantile(chi, confidence);
}

double success_run(std::uint64_t units, double confidence) {
  return std::pow(1 - confidence, 1 / static_cast<double>(units));
}

ShareBounds clopper_pearson(std::uint64_t failed, std::uint64_t units, double confidence) {
  const double tail = (1 - confidence) / 2;
  const auto x = static_cast<double>(failed), n = static_cast<double>(units);
  ShareBounds out;
  if (failed > 0)
    out.lower = boost::math::quantile(boost::math::beta_distribution<>(x, n - x + 1), tail);
  if (failed < units) {
    out.upper = boost::math::quantile(boost::math::beta_distribution<>(x + 1, n - x), 1 - tail);
  }
  return out;
}

std::optional<Reliability> reliability_of(double unit_hours, std::uint64_t failures,
                                          std::uint64_t units, std::uint64_t failed_units) {
  if (!(unit_hours > 0) || units == 0 || failed_units > units) return std::nullopt;
  Reliability out;
  out.unit_hours = unit_hours;
  out.failures = failures;
  out.units = units;
  out.failed_units = failed_units;
  out.bounds = {mtbf_bound(out, 0.60), mtbf_bound(out, kConfidence)};
  if (failed_units == 0) out.bounds.push_back(success_bound(out));
  out.bounds.push_back(share_bound(out));
  return out;
}

std::optional<Reliability> board_reliability(const BoardJudgement& board) {
  double hours = 0;
  for (const PhaseFigures& p : board.phases) {
    if (p.dwell) hours += to_seconds(p.dwell->length()) / 3600;
  }
  const std::uint64_t failures = counted(board.incidents);
  return reliability_of(hours * board.availability.value_or(1), failures, 1, failures > 0 ? 1 : 0);
}

std::optional<Reliability> run_reliability(std::span<const BoardJudgement> boards) {
  double hours = 0;
  std::uint64_t failures = 0, units = 0, failed = 0;
  for (const BoardJudgement& b : boards) {
    if (!b.reliability) continue;
    hours += b.reliability->unit_hours;
    failures += b.reliability->failures;
    units += b.reliability->units;
    failed += b.reliability->failed_units;
  }
  return reliability_of(hours, failures, units, failed);
}

}  // namespace soakrig::analysis
