// SPDX-License-Identifier: Apache-2.0
//
// The canary: one fixed prompt, answered greedily again and again between the load's own requests.
// Its answer must stay what it was when the board was cold. Greedy answers may still differ where
// two tokens were all but equally likely (sums in another order, another batch): a near-tie. A
// token that was clearly the likelier and is not chosen any more is suspected corruption. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

// One token of a greedy answer; `gap` is how much likelier it was than the next best, in nats.
struct GreedyToken {
  std::string text;
  std::optional<double> gap;  // absent: the engine tells no probabilities
};
using GreedyAnswer = std::vector<GreedyToken>;

// A whole chat answer with `logprobs`. Without them the text is one token. Errc::protocol for
// anything else.
[[nodiscard]] Result<GreedyAnswer> parse_greedy(std::string_view body);

// How often a prompt is asked again before a clear difference is called corruption.
inline constexpr int kCanaryReruns = 3;

struct CanaryCounts {
  std::uint64_t asked = 0, same = 0, near_ties = 0, suspected = 0;
  std::uint64_t tokens = 0;  // compared, up to the first difference
  // Corrupted tokens in a million, at most, at 95 % confidence (Poisson; 3/n where none was seen).
  [[nodiscard]] std::optional<double> upper_per_million() const;
};

class Canary {
 public:
  // ask_again: a clear difference that has not been asked about kCanaryReruns times yet.
  enum class Finding { same, near_tie, ask_again, suspected, off };
  struct Judged {
    Finding finding = Finding::off;
    std::size_t at = 0;         // the first token that differs
    std::optional<double> gap;  // of the accepted answer there
    std::string expected, got;  // a few tokens from there on
    // Of `suspected`: the re-runs, how many differed at the same token in the same way, and how
    // many were as accepted. All of them = repeatable, or transient.
    int reruns = 0, repeated = 0, accepted = 0;
  };

  // From answers of a cold, idle board: what is accepted, and how near a tie was where they
  // differed. Off, with the reason, where most of them differ or the engine tells no probabilities.
  explicit Canary(const std::vector<GreedyAnswer>& cold);

  [[nodiscard]] Judged judge(const GreedyAnswer& answer);
  // The end: what was to be asked again is said with the re-runs that there were.
  [[nodiscard]] std::optional<Judged> give_up();
  [[nodiscard]] const CanaryCounts& counts() const { return counts_; }
  [[nodiscard]] const std::string& off_because() const { return off_because_; }  // empty = it is on
  [[nodiscard]] std::size_t accepted() const { return accepted_.size(); }  // different answers
  [[nodiscard]] double margin() const { return margin_; }  // nats: up to it a difference is a tie

 private:
  [[nodiscard]] Judged compared(const GreedyAnswer& answer);

  std::vector<GreedyAnswer> accepted_;
  std::optional<Judged> trial_;  // the difference that is asked about again
  double margin_ = 0;
  std::string off_because_;
  CanaryCounts counts_;
};

}  // namespace soakrig::workloads
