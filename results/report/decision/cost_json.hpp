// SPDX-License-Identifier: Apache-2.0
//
// The document of `soakrig cost --json` (docs/formats/cost.md). Unknown is null, never absent.
#pragma once

#include <string>

#include "results/report/decision/cost_case.hpp"

namespace soakrig::report {

[[nodiscard]] std::string cost_json(const CostSheet& sheet);

}  // namespace soakrig::report
