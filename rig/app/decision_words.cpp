// SPDX-License-Identifier: Apache-2.0
#include "rig/app/decision_words.hpp"

#include <CLI/CLI.hpp>

#include "rig/app/candidates.hpp"
#include "rig/app/complain.hpp"

namespace soakrig::app {

void add_decision_options(CLI::App& parser, DecisionWords& words, const char* name,
                          const char* what, const char* page, const std::string& format) {
  parser.add_option(name, words.file, std::string(what) + " (" + format + ")")->required();
  parser
      .add_option("RUN", words.runs,
                  "1 to 8 boards of: last, an id or its beginning, a name or a path; RUN:BOARD for "
                  "one of several")
      ->required()
      ->expected(1, static_cast<int>(report::kMostCandidates));
  parser.add_option("--archive", words.archive,
                    "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("-o,--output", words.html, page);
  parser.add_option("--lang", words.language, "language of the page: en or zh")
      ->capture_default_str();
  parser.add_flag("--json", words.as_json, "all of it (" + format + ")");
}

std::optional<report::Language> page_language(const std::string& language) {
  const auto known = report::parse_language(language);
  if (!known)
    complain({Errc::invalid, "no language '" + language + "'", "give --lang en or zh"}, 4);
  return known;
}

}  // namespace soakrig::app
