// SPDX-License-Identifier: Apache-2.0
//
// soakrig claims RUN: each claim with its conditions against what was measured, and what bounds
// each model that ran: its traffic and arithmetic against the bandwidth and the peak that `memory`
// and `gemm` sustained in the same run.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "results/report/claims_view.hpp"
#include "results/report/show_json.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"
#include "rig/app/ready_facts.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

int command_claims(std::span<const std::string> args) {
  CLI::App parser(
      "Sets claims against what a run measured, and says what "
      "bounds each model",
      "claims");
  std::string run, archive, svg;
  bool as_json = false;
  parser
      .add_option("RUN", run, "last, an id or its beginning, a name or a path; RUN:BOARD for one")
      ->required();
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("--svg", svg, "write the first board's roofline");
  parser.add_flag("--json", as_json, "as JSON (docs/formats/claims_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto opened = open_run(run, archive);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));
  const auto document = document_of(*opened);
  if (!document) return complain(document.error(), exit_code_of(document.error()));
  const report::ClaimsView view = report::claims_view(*document, ready_facts(opened->reader));
  if (!svg.empty()) {
    if (view.svg.empty()) {
      return complain({Errc::not_found, "there is no roofline: no bandwidth or no peak in this run",
                       "add phases with kind = \"memory\" and kind = \"gemm\" to the "
                       "profile"},
                      3);
    }
    if (const auto done = write_file_atomic(svg, view.svg); !done) return complain(done.error(), 2);
  }
  std::fputs((as_json ? view.json + "\n" : report::claims_text(view.json)).c_str(), stdout);
  return view.worst == Verdict::fail ? 1 : view.worst == Verdict::pass ? 0 : 3;
}

}  // namespace soakrig::app
