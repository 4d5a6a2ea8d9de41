// SPDX-License-Identifier: Apache-2.0
//
// Collects what is wrong with a profile, so that one look corrects it all. Bounded: a profile of
// rubbish cannot make a megabyte of complaints.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::plan {

class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  void add(const Value& at, std::string what, std::string remedy, Errc code = Errc::invalid);
  void add(Error error);
  [[nodiscard]] bool empty() const { return list_.empty(); }
  // Sorted by place, with one last entry for those beyond the bound.
  [[nodiscard]] std::vector<Error> take();

 private:
  std::string file_;
  std::vector<Error> list_;
  std::size_t beyond_ = 0;
};

// Text from outside, fit for one line of a terminal: no control characters, at most 80 bytes.
[[nodiscard]] std::string shown(std::string_view text);
// "0.5" rather than "0.500000".
[[nodiscard]] std::string plain(double number);
// "a, b, c", at most `most` of them.
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::size_t most = 12);
// "did you mean 'x'?", or `otherwise` and the list of what there is.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& known,
                                     std::string_view otherwise);

}  // namespace soakrig::plan
