// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/output_check.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

namespace {

const std::vector<float> kLogits{0.5f, -1.25f, 3.0f, 0.0f};

// Feeds one cycle of answers; the comparisons made.
std::vector<Comparison> cycle(OutputCheck& check, std::vector<std::uint32_t> tokens,
                              const std::vector<float>& logits = kLogits) {
  std::vector<Comparison> made;
  for (const std::uint32_t token : tokens) {
    if (const auto compared = check.token(token, logits)) made.push_back(*compared);
  }
  return made;
}

}  // namespace

TEST_CASE("output_check: the first cycle is learned, later ones are compared at each point") {
  OutputCheck check(2, 5, std::nullopt);
  CHECK_FALSE(check.wants_logits());
  CHECK(cycle(check, {1, 2, 3, 4, 5}).empty());
  REQUIRE(check.learned());
  const auto same = cycle(check, {1, 2, 3, 4, 5});
  REQUIRE(same.size() == 3);  // after 2, 4 and 5
  CHECK((same[0].token == 2 && same[1].token == 4 && same[2].token == 5));
  CHECK((same[0].ok && same[1].ok && same[2].ok));
  CHECK(same[2].got.tokens == check.learned()->tokens);
}

TEST_CASE("output_check: a changed token fails from its point on, and only in its cycle") {
  OutputCheck check(2, 4, std::nullopt);
  static_cast<void>(cycle(check, {1, 2, 3, 4}));
  const auto wrong = cycle(check, {1, 2, 9, 4});
  REQUIRE(wrong.size() == 2);
  CHECK(wrong[0].ok);
  CHECK_FALSE(wrong[1].ok);
  for (const auto& again : cycle(check, {1, 2, 3, 4})) CHECK(again.ok);
}

TEST_CASE("output_check: logits may differ by the band, not by more") {
  const float step = 0x1p-20f;
  OutputCheck check(4, 4, std::nullopt);
  static_cast<void>(cycle(check, {1, 2, 3, 4}));
  auto near = kLogits;
  near[1] += 4 * step;
  CHECK(cycle(check, {1, 2, 3, 4}, near).at(0).ok);
  auto far = kLogits;
  far[1] += 5 * step;
  CHECK_FALSE(cycle(check, {1, 2, 3, 4}, far).at(0).ok);
}

TEST_CASE("output_check: a golden given beforehand is compared in the first cycle too") {
  OutputCheck cold(2, 4, std::nullopt);
  static_cast<void>(cycle(cold, {1, 2, 3, 4}));
  OutputCheck good(2, 4, cold.learned());
  const auto first = cycle(good, {1, 2, 3, 4});
  REQUIRE(first.size() == 1);
  CHECK(first[0].ok);
  OutputCheck hot(2, 4, cold.learned());
  CHECK_FALSE(cycle(hot, {1, 2, 3, 7}).at(0).ok);
  CHECK_FALSE(cycle(hot, {1, 2, 3, 7}).at(1).ok);  // learning wrong does not make it right
}

TEST_CASE("output_check: broken logits never match") {
  for (const float broken :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -1e30f}) {
    auto logits = kLogits;
    logits[2] = broken;
    CHECK(logits_checksum(logits) != logits_checksum(kLogits));
  }
  CHECK(logits_checksum(std::vector<float>{}) == 0);
}

TEST_CASE("output_check: 0 turns it off") {
  OutputCheck off(0, 2, std::nullopt);
  CHECK(cycle(off, {1, 2, 3, 4, 5}).empty());
  CHECK_FALSE(off.learned());
}

TEST_CASE("output_check: checkpoints as text, there and back") {
  const Checkpoint point{0xABCDEF0123456789u, -42};
  CHECK(to_text(point) == "abcdef0123456789:-42");
  REQUIRE(parse_checkpoint(to_text(point)));
  CHECK(parse_checkpoint(to_text(point))->logits == -42);
  for (const char* bad : {"", "12", ":", "zz:1", "12:", "12:3x"})
    CHECK_FALSE(parse_checkpoint(bad));
}
