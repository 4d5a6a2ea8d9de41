// SPDX-License-Identifier: Apache-2.0
//
// Lifetime costs for a terminal. Pure.
#pragma once

#include <optional>
#include <string>

#include "results/report/decision/cost_case.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

// With the cents: "1,234.50"; "-" where there is none.
[[nodiscard]] std::string money_text(const std::optional<double>& amount);
// What is said where a break-even has no figure or one that does not help.
[[nodiscard]] std::string break_even_text(Language language, const std::optional<double>& value,
                                          const std::optional<analysis::Said>& reason);

[[nodiscard]] std::string cost_text(const CostSheet& sheet, std::size_t width);

}  // namespace soakrig::report
