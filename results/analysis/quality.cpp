// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/quality.hpp"

#include <algorithm>
#include <array>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "results/analysis/reliability.hpp"
#include "rig/base/result.hpp"

namespace soakrig::analysis {

namespace {

constexpr double kTiny = 1e-12;

const TokenChance* find(const std::vector<TokenChance>& top, const std::string& bytes) {
  const auto found = std::ranges::find(top, bytes, &TokenChance::bytes);
  return found == top.end() ? nullptr : &*found;
}

bool is_flat(const std::vector<TokenChance>& top) {
  constexpr double kSame = 1e-6;  // of log-probability: what a server's rounding leaves
  const auto [least, most] = std::ranges::minmax_element(top, {}, &TokenChance::logprob);
  return top.size() > 1 && most->logprob - least->logprob < kSame;
}

// Over the tokens that both list and one bucket for the rest.
double divergence(const ForcedPosition& at) {
  double sum = 0, p_left = 1, q_left = 1;
  for (const TokenChance& token : at.reference) {
    const TokenChance* other = find(at.candidate, token.bytes);
    if (other == nullptr) continue;
    const double p = std::exp(token.logprob), q = std::exp(other->logprob);
    sum += p * (token.logprob - other->logprob);
    p_left -= p;
    q_left -= q;
  }
  if (p_left > kTiny) sum += p_left * std::log(p_left / std::max(q_left, kTiny));
  return std::max(0.0, sum);
}

}  // namespace

Share share_of(std::uint64_t seen, std::uint64_t of) {
  Share out{seen, of, 0, 0, 1};
  if (of == 0) return out;
  out.value = static_cast<double>(seen) / static_cast<double>(of);
  const ShareBounds bounds = clopper_pearson(seen, of, 0.95);
  out.lower = bounds.lower;
  out.upper = bounds.upper;
  return out;
}

Agreement agreement_of(const std::vector<ForcedPosition>& positions) {
  Agreement out;
  std::uint64_t same = 0, seen = 0, listed = 0;
  double difference = 0, kl = 0;
  for (const ForcedPosition& at : positions) {
    if (at.reference.empty() || at.candidate.empty()) continue;
    ++seen;
    if (is_flat(at.reference)) ++out.flat;
    const std::string& theirs =
        at.candidate_chosen.empty() ? at.candidate.front().bytes : at.candidate_chosen;
    if (at.chosen == theirs) ++same;
    const TokenChance *own = find(at.reference, at.chosen), *other = find(at.candidate, at.chosen);
    if (own != nullptr && other != nullptr) {
      difference += other->logprob - own->logprob;
      ++listed;
    } else {
      ++out.unlisted;
    }
    kl += divergence(at);
  }
  out.top1 = share_of(same, seen);
  if (listed > 0) out.logprob_difference = difference / static_cast<double>(listed);
  if (seen > 0) out.kl_lower_bound = kl / static_cast<double>(seen);
  return out;
}

std::optional<QualityBand> quality_band(std::string_view quant) {
  constexpr std::array<QualityBand, 7> kBands{{{"q8_0", 0.0014, 0.0042},
                                               {"q6_k", 0.0055, 0.0165},
                                               {"q5_k_m", 0.011, 0.033},
                                               {"q4_k_m", 0.031, 0.093},
                                               {"q4_0", 0.072, 0.216},
                                               {"q3_k_m", 0.102, 0.306},
                                               {"q2_k", 0.445, 1.335}}};
  const auto found = std::ranges::find(kBands, quant, &QualityBand::quant);
  return found == kBands.end() ? std::nullopt : std::optional(*found);
}

Flips flips_of(const std::vector<bool>& reference, const std::vector<bool>& candidate) {
  RIG_ASSERT(reference.size() == candidate.size());
  Flips out;
  std::uint64_t right = 0, right_too = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    right += reference[i] ? 1u : 0u;
    right_too += candidate[i] ? 1u : 0u;
    if (reference[i] && !candidate[i]) ++out.right_to_wrong;
    if (!reference[i] && candidate[i]) ++out.wrong_to_right;
  }
  out.reference = share_of(right, reference.size());
  out.candidate = share_of(right_too, reference.size());
  const std::uint64_t all = out.right_to_wrong + out.wrong_to_right;
  if (all > 0) {
    const boost::math::binomial_distribution<> even(static_cast<double>(all), 0.5);
    const auto fewer = static_cast<double>(std::min(out.right_to_wrong, out.wrong_to_right));
    out.p_value = std::min(1.0, 2 * boost::math::cdf(even, fewer));
  }
  return out;
}

std::optional<std::size_t> first_divergence(std::string_view a, std::string_view b) {
  const auto [at, other] = std::ranges::mismatch(a, b);
  if (at == a.end() && other == b.end()) return std::nullopt;
  return static_cast<std::size_t>(at - a.begin());
}

std::string_view to_string(QualityLimit limit) {
  constexpr std::array<std::string_view, 5> kNames{"no_chances", "flat", "other_tokens",
                                                   "reference_changes", "candidate_changes"};
  return kNames[static_cast<std::size_t>(limit)];
}

std::optional<QualityLimit> no_meaning(const CandidateQuality& candidate) {
  const auto found = std::ranges::find_if(candidate.limits, [](QualityLimit limit) {
    return limit == QualityLimit::flat || limit == QualityLimit::other_tokens;
  });
  return found == candidate.limits.end() ? std::nullopt : std::optional(*found);
}

bool raises_alarm(const CandidateQuality& candidate, std::string_view quant) {
  constexpr double kSignificant = 0.05;
  const auto band = quality_band(quant);
  const Flips& f = candidate.flips;
  const double kl = candidate.agreement.kl_lower_bound.value_or(0);
  return (band && !no_meaning(candidate) && kl > band->alarm_kl) ||
         (f.right_to_wrong > f.wrong_to_right && f.p_value < kSignificant);
}

}  // namespace soakrig::analysis
