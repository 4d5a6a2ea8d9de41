// SPDX-License-Identifier: Apache-2.0
//
// The report of one run as one HTML file: page 1 decides, the rest is its evidence. Bounded in
// size: what is too much to print is counted and left to `show --json`.
#pragma once

#include <string>

#include "results/report/html/markup.hpp"
#include "results/report/html/page_input.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

// `more`: sections that are not of the run alone (its cost), after its own figures.
[[nodiscard]] std::string html_report(const PageInput& input, Language language,
                                      const Markup& more = {});

}  // namespace soakrig::report
