// SPDX-License-Identifier: Apache-2.0
//
// `soakrig suit SITE.toml RUN[:BOARD]…`: edge, cloud or both at this site, with the reasons in
// order. Opens the runs read-only.
#include <cstdio>

#include "results/report/decision/suit_output.hpp"
#include "results/report/show_json.hpp"
#include "rig/app/candidates.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/site_file.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {

constexpr std::size_t kTextWidth = 100;

// 0 where the edge (or both) is right for some board, else 3 where that is open for some, else 1.
int code_of(std::span<const report::SuitCase> cases) {
  int out = 1;
  for (const report::SuitCase& c : cases) {
    const Verdict verdict = report::verdict_of(c.answer);
    if (verdict == Verdict::pass) return 0;
    if (verdict == Verdict::inconclusive) out = 3;
  }
  return out;
}

}  // namespace

int command_suit(std::span<const std::string> args) {
  CLI::App parser("Says whether a site is served from the edge, from the cloud or from both",
                  "suit");
  std::string file, archive, html, language = "en";
  std::vector<std::string> runs;
  bool as_json = false;
  parser.add_option("SITE.toml", file, "what the site needs (docs/formats/suit.md)")->required();
  parser
      .add_option("RUN", runs,
                  "1 to 8 boards of: last, an id or its beginning, a name or a path; RUN:BOARD for "
                  "one of several")
      ->required()
      ->expected(1, static_cast<int>(report::kMostCandidates));
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("-o,--output", html, "write it as one HTML page, costs and all, too");
  parser.add_option("--lang", language, "language of the page: en or zh")->capture_default_str();
  parser.add_flag("--json", as_json, "all of it (docs/formats/suit.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto lang = report::parse_language(language);
  if (!lang) {
    return complain({Errc::invalid, "no language '" + language + "'", "give --lang en or zh"}, 4);
  }
  const auto plan = read_site(file);
  if (!plan) return complain(plan.error(), 4);
  const auto opened = open_candidates(runs, archive, BoardChoice::all);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));

  std::vector<report::SuitCase> cases;
  report::CostSheet costs;
  if (plan->cost) costs.plan = *plan->cost;
  for (const report::Candidate& c : opened->list) {
    cases.push_back(report::suit_case(*plan, c));
    if (plan->cost) costs.cases.push_back(report::cost_case(costs.plan, c));
  }
  if (!html.empty()) {
    const std::string page =
        report::suit_page(plan->name, cases, plan->cost ? &costs : nullptr, *lang);
    if (const auto done = write_file_atomic(html, page); !done) return complain(done.error(), 2);
  }
  const std::string out = as_json ? report::pretty_json(report::suit_json(plan->name, cases)) + "\n"
                                  : report::suit_text(plan->name, cases, kTextWidth);
  std::fputs(out.c_str(), stdout);
  return code_of(cases);
}

}  // namespace soakrig::app
