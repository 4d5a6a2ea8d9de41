// SPDX-License-Identifier: Apache-2.0
//
// Lifetime costs as a section of a report and as a page of their own. Pure.
#pragma once

#include <string>

#include "results/report/decision/cost_case.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

// "SIMULATED", "REPLAYED" in the words of the page where one of them was; else empty.
[[nodiscard]] std::string banner_of(const CostSheet& sheet, Language language);

[[nodiscard]] Markup cost_section(const CostSheet& sheet, Language language);
[[nodiscard]] std::string cost_page(const CostSheet& sheet, Language language);

}  // namespace soakrig::report
