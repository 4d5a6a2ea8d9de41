// SPDX-License-Identifier: Apache-2.0
//
// The sentences of the decisions in each language: what the analyses say as data
// (results/analysis/said.hpp) becomes text here, and only here. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/analysis/said.hpp"
#include "results/report/decision/phrases.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

// {0}, {1} … stand for the values; the same ones in both languages.
[[nodiscard]] std::span<const Phrase> sentence_patterns();

[[nodiscard]] std::string sentence(Language language, const analysis::Said& said);
// Each on its own.
[[nodiscard]] std::vector<std::string> sentences(Language language,
                                                 std::span<const analysis::Said> said);
// All in one line: "a; b".
[[nodiscard]] std::string in_one_line(Language language, std::span<const analysis::Said> said);

}  // namespace soakrig::report
