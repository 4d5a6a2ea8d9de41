// SPDX-License-Identifier: Apache-2.0
//
// `soakrig suit SITE.toml RUN[:BOARD]…`: edge, cloud or both at this site, with the reasons in
// order. Opens the runs read-only; measures the link where the site file names what to ask.
#include <cstdio>

#include "results/report/decision/suit_output.hpp"
#include "results/report/show_json.hpp"
#include "rig/app/candidates.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/decision_words.hpp"
#include "rig/app/site_file.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"

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

// Once the runs are known to be there, since it takes its time.
Result<void> measure(Site& site) {
  std::fprintf(stderr, "soakrig: measuring the link to %s for %s\n",
               site.probe->url.authority().c_str(), format_duration(site.probe->length).c_str());
  const auto rows = probe_link(*site.probe, SystemClock());
  if (!rows) return rows.error();
  take_link(*rows, report::LinkSource::measured, site.plan);
  if (site.keep.empty()) return {};
  return write_file_atomic(site.keep, link_trace_csv(*rows));
}

}  // namespace

int command_suit(std::span<const std::string> args) {
  CLI::App parser("Says whether a site is served from the edge, from the cloud or from both",
                  "suit");
  DecisionWords w;
  add_decision_options(parser, w, "SITE.toml", "what the site needs",
                       "write it as one HTML page, costs and all, too", "docs/formats/suit.md");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto lang = page_language(w.language);
  if (!lang) return 4;
  auto site = read_site(w.file);
  if (!site) return complain(site.error(), 4);
  const auto opened = open_candidates(w.runs, w.archive, BoardChoice::all);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));

  if (site->probe) {
    if (const auto done = measure(*site); !done) return complain(done.error(), 2);
  }
  const report::SitePlan& plan = site->plan;
  std::vector<report::SuitCase> cases;
  report::CostSheet costs;
  if (plan.cost) costs.plan = *plan.cost;
  for (const report::Candidate& c : opened->list) {
    cases.push_back(report::suit_case(plan, c));
    if (plan.cost) costs.cases.push_back(report::cost_case(costs.plan, c));
  }
  if (!w.html.empty()) {
    const std::string page =
        report::suit_page(plan.name, cases, plan.cost ? &costs : nullptr, *lang);
    if (const auto done = write_file_atomic(w.html, page); !done) return complain(done.error(), 2);
  }
  const std::string out = w.as_json
                              ? report::pretty_json(report::suit_json(plan.name, cases)) + "\n"
                              : report::suit_text(plan.name, cases, kTextWidth);
  std::fputs(out.c_str(), stdout);
  return code_of(cases);
}

}  // namespace soakrig::app
