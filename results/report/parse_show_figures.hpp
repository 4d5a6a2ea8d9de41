// SPDX-License-Identifier: Apache-2.0
//
// Reads back what show_figures.hpp wrote. Include in .cpp files only.
#pragma once

#include <optional>

#include "results/analysis/judgement.hpp"
#include "results/report/json_members.hpp"

namespace soakrig::report {

// `near` lends its clock. None for null.
[[nodiscard]] std::optional<analysis::PowerFigures> parse_power(const Json& power,
                                                                const Members& near);
// Of an object that has the key `reliability`.
[[nodiscard]] std::optional<analysis::Reliability> parse_reliability(const Members& owner);

void parse_figures(const Members& board, analysis::BoardJudgement& out);

}  // namespace soakrig::report
