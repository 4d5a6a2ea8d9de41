// SPDX-License-Identifier: Apache-2.0
//
// Figures as a report page writes them: with their unit, or a dash where they are not known. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "results/analysis/run_view.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

[[nodiscard]] std::string value_text(const std::optional<double>& value);
// "12.3 token/s", "2.4 GHz".
[[nodiscard]] std::string value_text(const std::optional<double>& value, std::string_view unit);
[[nodiscard]] std::string percent_text(const std::optional<double>& ratio);
[[nodiscard]] std::string signed_percent(const std::optional<double>& ratio);
// "11.9 … 12.6", or a dash unless both are known.
[[nodiscard]] std::string interval_text(const std::optional<double>& lower,
                                        const std::optional<double>& upper);
[[nodiscard]] std::string seconds_text(const std::optional<double>& seconds);
[[nodiscard]] std::string unit_text(std::string_view ucum);
[[nodiscard]] std::string utc_or_dash(const std::optional<Nanos>& utc_ns);

// The word in its colour.
[[nodiscard]] Markup verdict_mark(const Words& words, const std::optional<Verdict>& verdict,
                                  RunState state = RunState::sealed);
[[nodiscard]] Markup formula(std::string_view text);
[[nodiscard]] Markup section(std::string_view heading, const Markup& content);

}  // namespace soakrig::report
