// SPDX-License-Identifier: Apache-2.0
//
// Asks a reference once and then candidates, the same questions in the same way, and joins what
// they said. Pure but for the endpoints.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "results/analysis/quality.hpp"
#include "results/analysis/quality_tasks.hpp"
#include "rig/app/quality_endpoint.hpp"

namespace soakrig::app {

struct QualityAmount {
  std::size_t prompts = 8;  // of the tasks, also token by token
  int tokens = 16;          // of each of them
};

// What a model says after one beginning of a text.
struct NextToken {
  std::string chosen;
  std::vector<analysis::TokenChance> top;  // empty where it told none
};

// The reference's own text after a prompt, and what it says at each position when it is asked for
// one token after all that comes before: the way in which candidates are asked too. A whole text at
// once and a token at a time are rounded differently, so only the second can be compared to the
// bit.
struct QualityPath {
  std::string prompt;
  std::optional<TokenIds> ids;  // of the prompt; absent = asked by text
  Told own;
  std::vector<NextToken> next;
};

struct QualityBaseline {
  std::vector<analysis::QualityTask> tasks;
  std::vector<bool> right;
  std::vector<QualityPath> paths;
  bool repeats = true;  // asked again it said the same
};

[[nodiscard]] Result<QualityBaseline> ask_reference(QualityEndpoint& model,
                                                    const QualityAmount& amount,
                                                    std::vector<analysis::QualityTask> tasks);
[[nodiscard]] Result<analysis::CandidateQuality> ask_candidate(QualityEndpoint& model,
                                                               const QualityAmount& amount,
                                                               const QualityBaseline& base);

}  // namespace soakrig::app
