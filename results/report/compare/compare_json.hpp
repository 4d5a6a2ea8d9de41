// SPDX-License-Identifier: Apache-2.0
//
// A comparison as the JSON document of `compare --json` (docs/formats/compare_json.md). Unknown is
// null, never absent.
#pragma once

#include <span>
#include <string>

#include "results/report/compare/requirements.hpp"

namespace soakrig::report {

// `choice`: the object of that key, as it is made elsewhere; empty = null.
[[nodiscard]] std::string compare_json(std::span<const Candidate> candidates,
                                       const Comparison& comparison,
                                       std::span<const TickedRequirement> ticked,
                                       const std::string& choice = {});

}  // namespace soakrig::report
