// SPDX-License-Identifier: Apache-2.0
//
// The words that the commands share which join runs with a file of needs or prices: the file, the
// runs, where the page goes and in which language.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/report/html/words.hpp"

namespace CLI {
class App;
}

namespace soakrig::app {

struct DecisionWords {
  std::string file, archive, html, language = "en";
  std::vector<std::string> runs;
  bool as_json = false;
};

// `words` must outlive `parser`. `name` and `what`: the file; `page`: help of --output; `format`:
// the page of docs/formats that says what --json prints.
void add_decision_options(CLI::App& parser, DecisionWords& words, const char* name,
                          const char* what, const char* page, const std::string& format);

// The language of a page; absent, after a complaint (exit code 4), where there is no such one.
[[nodiscard]] std::optional<report::Language> page_language(const std::string& language);

}  // namespace soakrig::app
