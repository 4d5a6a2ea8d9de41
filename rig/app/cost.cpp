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
#include "rig/app/decision_words.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {
constexpr std::size_t kTextWidth = 100;
}

int command_cost(std::span<const std::string> args) {
  CLI::App parser("Joins what boards sustained with prices: lifetime cost, edge beside cloud",
                  "cost");
  DecisionWords w;
  add_decision_options(parser, w, "COST.toml", "prices with dates",
                       "write it as one HTML page, too", "docs/formats/cost.md");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto lang = page_language(w.language);
  if (!lang) return 4;
  const auto text = read_file(w.file, kMostCostFile);
  if (!text) return complain(text.error(), 4);
  auto plan = parse_cost(*text, w.file);
  if (!plan) return complain(plan.error(), 4);
  const auto opened = open_candidates(w.runs, w.archive, BoardChoice::all);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));

  report::CostSheet sheet{std::move(*plan), {}};
  for (const report::Candidate& c : opened->list) {
    sheet.cases.push_back(report::cost_case(sheet.plan, c));
  }
  if (!w.html.empty()) {
    const auto written = write_file_atomic(w.html, report::cost_page(sheet, *lang));
    if (!written) return complain(written.error(), 2);
  }
  const std::string out = w.as_json ? report::pretty_json(report::cost_json(sheet)) + "\n"
                                    : report::cost_text(sheet, kTextWidth);
  std::fputs(out.c_str(), stdout);
  return 0;
}

}  // namespace soakrig::app
