// SPDX-License-Identifier: Apache-2.0
//
// `soakrig cost COST.toml RUN[:BOARD]…`: what serving requests from these boards costs over their
// lifetime, beside a cloud's prices. Opens the runs read-only.
#include <cstdio>

#include "results/report/decision/cost_html.hpp"
#include "results/report/decision/cost_json.hpp"
#include "results/report/decision/cost_text.hpp"
#include "results/report/show_json.hpp"
#include "rig/app/candidates.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/cost_file.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {
constexpr std::size_t kTextWidth = 100;
}

int command_cost(std::span<const std::string> args) {
  CLI::App parser("Joins what boards sustained with prices: lifetime cost, edge beside cloud",
                  "cost");
  std::string file, archive, html, language = "en";
  std::vector<std::string> runs;
  bool as_json = false;
  parser.add_option("COST.toml", file, "prices with dates (docs/formats/cost.md)")->required();
  parser
      .add_option("RUN", runs,
                  "1 to 8 boards of: last, an id or its beginning, a name or a path; RUN:BOARD for "
                  "one of several")
      ->required()
      ->expected(1, static_cast<int>(report::kMostCandidates));
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("-o,--output", html, "write it as one HTML page, too");
  parser.add_option("--lang", language, "language of the page: en or zh")->capture_default_str();
  parser.add_flag("--json", as_json, "all of it (docs/formats/cost.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto lang = report::parse_language(language);
  if (!lang) {
    return complain({Errc::invalid, "no language '" + language + "'", "give --lang en or zh"}, 4);
  }
  const auto text = read_file(file, kMostCostFile);
  if (!text) return complain(text.error(), 4);
  auto plan = parse_cost(*text, file);
  if (!plan) return complain(plan.error(), 4);
  const auto opened = open_candidates(runs, archive, BoardChoice::all);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));

  report::CostSheet sheet{std::move(*plan), {}};
  for (const report::Candidate& c : opened->list) {
    sheet.cases.push_back(report::cost_case(sheet.plan, c));
  }
  if (!html.empty()) {
    const auto written = write_file_atomic(html, report::cost_page(sheet, *lang));
    if (!written) return complain(written.error(), 2);
  }
  const std::string out = as_json ? report::pretty_json(report::cost_json(sheet)) + "\n"
                                  : report::cost_text(sheet, kTextWidth);
  std::fputs(out.c_str(), stdout);
  return 0;
}

}  // namespace soakrig::app
