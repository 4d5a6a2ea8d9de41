// SPDX-License-Identifier: Apache-2.0
//
// How sure an engine was of its answer: the geometric mean of the probabilities that it gave the
// tokens which it chose, exp(mean of their log-probabilities). It is a number of the engine's, not
// the chance that the answer is right; a threshold for it is found by a sweep. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace soakrig::workloads {

// From 0 to 1, of a whole chat answer with `logprobs`. Nothing where the answer tells none, or one
// that cannot be.
[[nodiscard]] std::optional<double> answer_confidence(std::string_view body);

}  // namespace soakrig::workloads
