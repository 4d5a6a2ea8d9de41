// SPDX-License-Identifier: Apache-2.0
//
// How far a candidate model is from its reference: token by token along the reference's own text,
// and on tasks that can be checked. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::analysis {

// One token with the log-probability (natural) that a model gave it.
struct TokenChance {
  std::string bytes;
  double logprob = 0;
};

// One position: what each model thought next, both after the same text. `top` is sorted by chance,
// the likeliest first, and may be short.
struct ForcedPosition {
  std::string chosen;  // by the reference, after the same text
  std::vector<TokenChance> reference, candidate;
  // By the candidate; empty = its likeliest. Among equally likely ones only this tells which.
  std::string candidate_chosen = {};
};

// A share with its 95 % Clopper-Pearson interval.
struct Share {
  std::uint64_t seen = 0, of = 0;
  double value = 0, lower = 0, upper = 1;
};
[[nodiscard]] Share share_of(std::uint64_t seen, std::uint64_t of);

struct Agreement {
  Share top1;  // positions at which both chose the same token
  // Mean of candidate's - reference's log-probability of the chosen token, where the candidate
  // listed it; `unlisted` counts those where it did not.
  std::optional<double> logprob_difference;
  std::uint64_t unlisted = 0;
  // Positions at which the reference found all that it listed equally likely: it prefers nothing
  // there, so neither agreement nor KL says anything of the candidate.
  std::uint64_t flat = 0;
  // Mean over positions of the KL divergence of the candidate from the reference over the tokens
  // that both list, all others as one bucket. Merging tokens never raises KL, so this is a LOWER
  // bound of the divergence over the whole vocabulary.
  std::optional<double> kl_lower_bound;
};
[[nodiscard]] Agreement agreement_of(const std::vector<ForcedPosition>& positions);

// Mean KL that is usual for a quantisation against 16 bits (llama.cpp's own figures for an 8 B
// model); an alarm is at three times as much. None for a name that is not known.
struct QualityBand {
  std::string_view quant;
  double usual_kl = 0, alarm_kl = 0;
};
[[nodiscard]] std::optional<QualityBand> quality_band(std::string_view quant);

// The same tasks by both; true = solved.
struct Flips {
  Share reference, candidate;
  std::uint64_t right_to_wrong = 0, wrong_to_right = 0;
  double p_value = 1;  // exact McNemar, two-sided: both kinds of flips are equally likely
};
[[nodiscard]] Flips flips_of(const std::vector<bool>& reference,
                             const std::vector<bool>& candidate);

// Characters that two texts have in common from their start; absent where they are equal.
[[nodiscard]] std::optional<std::size_t> first_divergence(std::string_view a, std::string_view b);

// What lessens or voids the result, in the order in which it is told.
enum class QualityLimit : std::uint8_t {
  no_chances,         // agreement is of the positions that had log-probabilities
  flat,               // the reference finds its tokens equally likely: agreement and KL say nothing
  other_tokens,       // another tokenizer: likewise
  reference_changes,  // it says something else when asked again
  candidate_changes,
};
[[nodiscard]] std::string_view to_string(QualityLimit limit);  // "no_chances" …

// One candidate against the reference.
struct CandidateQuality {
  std::string name;
  Agreement agreement;
  bool by_ids = false;  // positions were asked by token ids, so that no text was cut another way
  std::vector<std::optional<std::size_t>> divergence;  // of each text, left to itself
  Flips flips;
  std::map<std::string, Flips> by_set;
  std::vector<QualityLimit> limits;
};

// The limit by which agreement, log-probability and KL mean nothing; absent = they do mean
// something.
[[nodiscard]] std::optional<QualityLimit> no_meaning(const CandidateQuality& candidate);

// KL above the alarm of `quant` (empty = no band), or more flips to wrong than to right with
// p < 0.05.
[[nodiscard]] bool raises_alarm(const CandidateQuality& candidate, std::string_view quant);

struct QualityResult {
  std::string reference;
  std::uint64_t seed = 0;
  std::string quant;  // of the candidates; may be empty
  std::vector<CandidateQuality> candidates;
};

}  // namespace soakrig::analysis
