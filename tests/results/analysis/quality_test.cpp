// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/quality.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

TEST_CASE("quality: a model agrees with itself exactly") {
  const std::vector<TokenChance> top{{"a", std::log(0.7)}, {"b", std::log(0.2)}};
  const Agreement a = agreement_of({{"a", top, top}, {"a", top, top}});
  CHECK(a.top1.value == 1);
  CHECK(*a.logprob_difference == 0);
  CHECK(*a.kl_lower_bound == Approx(0).margin(1e-12));
  CHECK(a.unlisted == 0);
}

TEST_CASE("quality: among equally likely tokens the chosen one tells") {
  const std::vector<TokenChance> flat{{"", -10}, {"", -10}};
  CHECK(agreement_of({{"a", flat, flat, "b"}}).top1.value == 0);
  CHECK(agreement_of({{"a", flat, flat, "a"}}).top1.value == 1);
  CHECK(agreement_of({{"a", flat, flat, "a"}}).unlisted == 1);
  // Such a position says nothing of the candidate, and is counted; one of a preference is not.
  const std::vector<TokenChance> sure{{"a", -0.1}, {"b", -3}}, single{{"a", -0.1}};
  CHECK(agreement_of({{"a", flat, sure}, {"a", sure, flat}, {"a", single, flat}}).flat == 1);
}

TEST_CASE("quality: KL over what both list and one bucket, by hand, below the whole") {
  // Whole vocabulary: p = .5 .3 .2, q = .4 .2 .4; the candidate's third token is not listed by
  // both.
  const std::vector<TokenChance> p{
      {"a", std::log(0.5)}, {"b", std::log(0.3)}, {"c", std::log(0.2)}};
  const std::vector<TokenChance> q{{"c", std::log(0.4)}, {"a", std::log(0.4)}};
  const Agreement a = agreement_of({{"a", p, q}});
  const double whole =
      0.5 * std::log(0.5 / 0.4) + 0.3 * std::log(0.3 / 0.2) + 0.2 * std::log(0.2 / 0.4);
  const double bucketed = whole;  // b alone is the bucket: nothing was merged
  CHECK(*a.kl_lower_bound == Approx(bucketed));
  const std::vector<TokenChance> less{{"a", std::log(0.4)}};
  const double merged = 0.5 * std::log(0.5 / 0.4) + 0.5 * std::log(0.5 / 0.6);
  CHECK(*agreement_of({{"a", p, less}}).kl_lower_bound == Approx(merged));
  CHECK(merged < whole);
  CHECK(a.top1.value == 0);
  CHECK(*a.logprob_difference == Approx(std::log(0.4 / 0.5)));
  CHECK(agreement_of({{"b", p, q}}).unlisted == 1);
  CHECK_FALSE(agreement_of({}).kl_lower_bound);
}

TEST_CASE("quality: flips are counted apart, with the exact paired test") {
  std::vector<bool> reference(20, true), candidate(20, true);
  for (std::size_t i = 0; i < 6; ++i) candidate[i] = false;
  reference[10] = false;
  const Flips f = flips_of(reference, candidate);
  CHECK(f.right_to_wrong == 6);
  CHECK(f.wrong_to_right == 1);
  CHECK(f.p_value == Approx(2.0 * (1 + 7) / 128));
  CHECK(f.reference.seen == 19);
  CHECK(f.candidate.seen == 14);
  CHECK(flips_of(reference, reference).p_value == 1);
}

TEST_CASE("quality: bands and divergence") {
  CHECK(quality_band("q4_0")->usual_kl == 0.072);
  CHECK_FALSE(quality_band("q9"));
  CHECK_FALSE(first_divergence("same", "same"));
  CHECK(*first_divergence("same", "some") == 1);
  CHECK(*first_divergence("sam", "same") == 3);
}

TEST_CASE("quality: an alarm needs chances that mean something, or answers that went wrong") {
  CandidateQuality candidate;
  candidate.agreement.kl_lower_bound = quality_band("q4_0")->alarm_kl + 0.01;
  CHECK(raises_alarm(candidate, "q4_0"));
  CHECK_FALSE(raises_alarm(candidate, ""));  // of no known band
  for (const QualityLimit limit : {QualityLimit::flat, QualityLimit::other_tokens}) {
    candidate.limits = {limit};
    CHECK_FALSE(raises_alarm(candidate, "q4_0"));
  }
  candidate.limits = {QualityLimit::candidate_changes};
  CHECK(raises_alarm(candidate, "q4_0"));
  candidate.limits = {QualityLimit::other_tokens};
  candidate.flips = flips_of(std::vector<bool>(20, true), std::vector<bool>(20, false));
  CHECK(raises_alarm(candidate, "q4_0"));
}
