// SPDX-License-Identifier: Apache-2.0
//
// What was said of each case beside what is true, and the page that shows it
// (docs/ground_truth.md).
#pragma once

#include <string>
#include <vector>

#include "tests/system/ground_truth_cases.hpp"

namespace soakrig::test {

// One case as the stored document of `show --json` has it.
struct Said {
  std::string verdict;
  std::vector<std::string> causes;   // each once, sorted as in Truth
  std::vector<std::string> classes;  // in order of time
  std::string reason;                // the first
};

struct Outcome {
  GroundTruthCase truth;
  Said said;
  [[nodiscard]] bool right() const;
};

// The whole page: how it was made, the confusion tables of verdicts, causes and classes, the cases.
[[nodiscard]] std::string ground_truth_page(const std::vector<Outcome>& outcomes);

}  // namespace soakrig::test
