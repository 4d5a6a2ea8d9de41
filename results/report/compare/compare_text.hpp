// SPDX-License-Identifier: Apache-2.0
//
// A comparison for a terminal. Pure; what a file calls itself cannot drive the terminal.
#pragma once

#include <span>
#include <string>

#include "results/report/compare/requirements.hpp"

namespace soakrig::report {

[[nodiscard]] std::string compare_text(std::span<const Candidate> candidates,
                                       const Comparison& comparison,
                                       std::span<const TickedRequirement> ticked,
                                       std::size_t width);

// "+1.2 % [-0.4, +2.8]"; empty where there is no delta. Shared with the page.
[[nodiscard]] std::string delta_text(const ComparedCell& cell);
// "tokens_per_s ≥ 8 {token}/s at ≥ 55 Cel, chat".
[[nodiscard]] std::string requirement_text(const TickedRequirement& ticked);
inline constexpr std::string_view kDeltaFormula =
    "delta = value ÷ the first candidate's − 1; its interval is [lower ÷ first's upper − 1, upper "
    "÷ "
    "first's lower − 1] from the two 95 % intervals; a regression is a delta of 2 % or more whose "
    "whole interval is worse";

}  // namespace soakrig::report
