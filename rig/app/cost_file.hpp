// SPDX-License-Identifier: Apache-2.0
//
// A cost file (docs/formats/cost.md) to plain data, every price in one currency. Pure.
#pragma once

#include <string>
#include <string_view>

#include "results/report/decision/cost_case.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

inline constexpr std::size_t kMostCostFile = 64u << 10;  // bytes

// Errc::invalid with file and line for the first thing that is missing, negative, undated or in a
// currency without a rate.
[[nodiscard]] Result<report::CostPlan> parse_cost(std::string_view toml, const std::string& file);

}  // namespace soakrig::app
