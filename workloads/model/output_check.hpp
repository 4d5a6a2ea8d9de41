// SPDX-License-Identifier: Apache-2.0
//
// Compares what the model says with what it must say: the same prompt gives the same answer in
// every cycle. What is right comes from a committed constant, from the caller, or, cold, from the
// first cycle. Pure; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace soakrig::workloads {

// The output up to one point of a cycle.
struct Checkpoint {
  std::uint64_t tokens = 0;  // digest of all answer tokens of the cycle so far
  std::int64_t logits = 0;   // checksum of the logits that the last of them came from
};

// "7f3a…:-12345" and back.
[[nodiscard]] std::string to_text(const Checkpoint& point);
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(std::string_view text);

// Sum of +-logit over the vocabulary (signs fixed by the index), in steps of 2^-20: an exact
// integer, so the order of adding does not matter.
[[nodiscard]] std::int64_t logits_checksum(std::span<const float> logits);
// How far two checksums of the same output may be apart: 4 steps, 4e-6. Our kernels are equal to
// the bit, so a healthy board is 0 apart; the band is for the last bit of a sum, and the smallest
// weight bit moves a logit by ten times as much.
inline constexpr std::int64_t kLogitBand = 4;

[[nodiscard]] bool matches(const Checkpoint& expected, const Checkpoint& got);

struct Comparison {
  bool ok = false;
  std::size_t token = 0;  // after how many answer tokens
  Checkpoint expected, got;
};

class OutputCheck {
 public:
  // A checkpoint every `every` answer tokens and at the end of the cycle of `answer_tokens`;
  // 0 = never. `golden` is the last checkpoint of a cycle, where that is known beforehand.
  OutputCheck(std::size_t every, std::size_t answer_tokens, std::optional<Checkpoint> golden);

  // True when the next token() will want the logits.
  [[nodiscard]] bool wants_logits() const;
  // Takes the next answer token and, if wanted, the logits it was chosen from. A comparison if one
  // was made: none in the first cycle, unless its end is known.
  std::optional<Comparison> token(std::uint32_t token, std::span<const float> logits);
  // The end of a cycle as learned from the first one; set once a cycle is complete.
  [[nodiscard]] const std::optional<Checkpoint>& learned() const { return learned_; }

 private:
  std::size_t every_;
  std::size_t answer_tokens_;
  std::optional<Checkpoint> golden_;
  std::optional<Checkpoint> learned_;
  std::vector<Checkpoint> points_;  // of the first cycle
  std::size_t count_ = 0;           // answer tokens of this cycle
  std::size_t point_ = 0;           // checkpoints of this cycle
  std::uint64_t digest_ = 0;
};

}  // namespace soakrig::workloads
