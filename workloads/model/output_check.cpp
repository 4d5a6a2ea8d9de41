// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/output_check.hpp"

#include <charconv>
#include <cstdio>

namespace soakrig::workloads {
namespace {

constexpr std::uint64_t kDigestStart = 0xCBF29CE484222325u;

// FNV-1a over the token's four bytes.
constexpr std::uint64_t digest(std::uint64_t so_far, std::uint32_t token) {
  for (int i = 0; i < 4; ++i) so_far = (so_far ^ ((token >> (8 * i)) & 0xFFu)) * 0x100000001B3u;
  return so_far;
}

}  // namespace

std::string to_text(const Checkpoint& point) {
  char text[48];
  std::snprintf(text, sizeof text, "%016llx:%lld", static_cast<unsigned long long>(point.tokens),
                static_cast<long long>(point.logits));
  return text;
}

std::optional<Checkpoint> parse_checkpoint(std::string_view text) {
  Checkpoint point;
  const char* const end = text.data() + text.size();
  const auto tokens = std::from_chars(text.data(), end, point.tokens, 16);
  if (tokens.ec != std::errc() || tokens.ptr == end || *tokens.ptr != ':') return std::nullopt;
  const auto logits = std::from_chars(tokens.ptr + 1, end, point.logits);
  if (logits.ec != std::errc() || logits.ptr != end) return std::nullopt;
  return point;
}

std::int64_t logits_checksum(std::span<const float> logits) {
  constexpr float kStep = 0x1p20f;
  constexpr float kLargest = 0x1p40f;  // in steps; beyond it a logit is broken, not large
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const float steps = logits[i] * kStep;
    const bool sane = steps < kLargest && steps > -kLargest;  // also false for a NaN
    const auto value = sane ? static_cast<std::int64_t>(steps) : std::int64_t{1} << 41;
    const bool minus = (i * 0x9E3779B97F4A7C15u >> 63) != 0;
    sum += minus ? -value : value;
  }
  return sum;
}

bool matches(const Checkpoint& expected, const Checkpoint& got) {
  const std::int64_t apart = expected.logits - got.logits;
  return expected.tokens == got.tokens && apart <= kLogitBand && apart >= -kLogitBand;
}

OutputCheck::OutputCheck(std::size_t every, std::size_t answer_tokens,
                         std::optional<Checkpoint> golden)
    : every_(every), answer_tokens_(answer_tokens), golden_(golden), digest_(kDigestStart) {}

bool OutputCheck::wants_logits() const {
  if (every_ == 0) return false;
  return (count_ + 1) % every_ == 0 || count_ + 1 == answer_tokens_;
}

std::optional<Comparison> OutputCheck::token(std::uint32_t token, std::span<const float> logits) {
  const bool wanted = wants_logits();
  digest_ = digest(digest_, token);
  ++count_;
  if (!wanted) {
    if (count_ == answer_tokens_) count_ = 0;  // only when checks are off
    return std::nullopt;
  }
  const Checkpoint got{digest_, logits_checksum(logits)};
  const std::size_t at = count_;
  const bool last = count_ == answer_tokens_;
  std::optional<Checkpoint> expected;
  if (learned_) {
    expected = points_[point_];
  } else {
    points_.push_back(got);
  }
  ++point_;
  if (last) {
    if (golden_) expected = golden_;
    if (!learned_) learned_ = got;
    count_ = 0;
    point_ = 0;
    digest_ = kDigestStart;
  }
  if (!expected) return std::nullopt;
  return Comparison{matches(*expected, got), at, *expected, got};
}

}  // namespace soakrig::workloads
