// SPDX-License-Identifier: Apache-2.0
//
// How long prompts are, in words: as they stand, fixed, or drawn from a distribution. What a site sees
// of its users is rarely one length; a log-normal one, or a list of real ones, has their long tail.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

struct WordLengths {
  static constexpr std::int64_t kMost = 200'000;  // words; a draw beyond it is cut there
  enum class Shape : std::uint8_t { as_it_is, uniform, normal, lognormal, listed };

  Shape shape = Shape::as_it_is;
  std::int64_t least = 0, most = 0;   // uniform, both ends included; equal = fixed
  double middle = 0, spread = 0;      // normal: mean and standard deviation; log-normal: median and
                                      // the standard deviation of the logarithm
  std::vector<std::int64_t> list;     // listed: each as likely as the others

  // A length from two random numbers in [0, 1); at least 1. Not for as_it_is.
  [[nodiscard]] std::int64_t at(double one, double other) const;
};

// "200", "100..400", "normal:200,50" or "lognormal:200,0.6". Errc::invalid for anything else.
[[nodiscard]] Result<WordLengths> parse_word_lengths(std::string_view text);

// A file of lengths, one a line. Errc::invalid with the line; Errc::full beyond 100 000.
[[nodiscard]] Result<WordLengths> parse_length_list(std::string_view text, const std::string& name);

}  // namespace soakrig::workloads
