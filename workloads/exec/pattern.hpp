// SPDX-License-Identifier: Apache-2.0
//
// A regular expression of an engine file (Perl syntax) and what it finds in one line. Bounded: a
// line is searched to kMaxSearched bytes, and an expression that would need too many steps finds
// nothing and says so, instead of holding the soak up.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::workloads {

class Pattern {
 public:
  static constexpr std::size_t kMaxSearched = 8 * 1024;
  static constexpr std::size_t kMaxLength = 1024;  // of the expression itself
  static constexpr std::size_t kMaxCapture = 200;  // of what a group keeps

  // What the named groups took part with; a group that did not match is absent.
  using Groups = std::map<std::string, std::string>;

  // Errc::invalid says what is wrong with the expression, and where in it.
  [[nodiscard]] static Result<Pattern> compile(std::string_view expression);

  [[nodiscard]] std::optional<Groups> find(std::string_view line) const;
  // The groups (?<NAME>…) in order of their appearance.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  // Searches that were given up, being too costly.
  [[nodiscard]] std::size_t given_up() const { return given_up_; }

 private:
  struct Compiled;
  Pattern() = default;

  std::shared_ptr<const Compiled> compiled_;
  std::vector<std::string> names_;
  mutable std::size_t given_up_ = 0;
};

// A finite number as programs print it ("12.5", "1e9", "1,234,567"); nothing else around it.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

}  // namespace soakrig::workloads
