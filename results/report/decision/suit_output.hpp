// SPDX-License-Identifier: Apache-2.0
//
// The answers of `soakrig suit` as text, document and page (docs/formats/suit.md). Pure.
#pragma once

#include <span>
#include <string>

#include "results/report/decision/suit_case.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

[[nodiscard]] std::string suit_json(const std::string& site, std::span<const SuitCase> cases);
[[nodiscard]] std::string suit_text(const std::string& site, std::span<const SuitCase> cases,
                                    std::size_t width);
[[nodiscard]] Markup suit_section(std::span<const SuitCase> cases, Language language);
// With the cost sheet of the same boards where there is one.
[[nodiscard]] std::string suit_page(const std::string& site, std::span<const SuitCase> cases,
                                    const CostSheet* costs, Language language);

}  // namespace soakrig::report
