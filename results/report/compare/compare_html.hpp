// SPDX-License-Identifier: Apache-2.0
//
// A comparison as one HTML page: the table with deltas, requirements ticked, the candidates' curves
// laid over each other from where each dwell began. Reads curves from the runs' files.
#pragma once

#include <span>
#include <string>

#include "results/report/compare/requirements.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/page_input.hpp"

namespace soakrig::report {

// `more`: a section on what to choose, after the requirements. `inputs` are the candidates' files,
// one each, in the same order.
[[nodiscard]] std::string compare_html(std::span<const Candidate> candidates,
                                       std::span<const PageInput* const> inputs,
                                       const Comparison& comparison,
                                       std::span<const TickedRequirement> ticked, Language language,
                                       const Markup& more = {});

}  // namespace soakrig::report
