// SPDX-License-Identifier: Apache-2.0
//
// `soakrig hybrid RUN[:BOARD]`: what its routed loads measured, and what other thresholds would
// have done. Opens the run read-only.
#include <cstdio>

#include "results/report/decision/hybrid_output.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/decision_words.hpp"
#include "rig/app/open_run.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {
constexpr std::size_t kTextWidth = 100;
}  // namespace

int command_hybrid(std::span<const std::string> args) {
  CLI::App parser("Tells what a routed load measured, and what other thresholds would have done",
                  "hybrid");
  std::string run, archive, page, lang = "en";
  bool as_json = false;
  parser
      .add_option("RUN", run, "last, an id or its beginning, a name or a path; RUN:BOARD for one")
      ->required();
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("-o,--output", page, "write it as one HTML page with the picture, too");
  parser.add_option("--lang", lang, "language of the page: en or zh")->capture_default_str();
  parser.add_flag("--json", as_json, "as JSON (docs/formats/hybrid.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto language = page_language(lang);
  if (!language) return 4;
  const auto opened = open_run(run, archive);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));
  const auto input = report::load_page_input(opened->reader, opened->board);
  if (!input) return complain(input.error(), exit_code_of(input.error()));
  const std::vector<report::HybridCase> cases = report::hybrid_cases(*input);
  if (cases.empty()) {
    return complain({Errc::not_found, "this run has no routed load that told anything",
                     "name a run with a workload of kind = \"hybrid\""},
                    4);
  }
  if (!page.empty()) {
    const std::string banner = report::banner_of(*input, report::words_of(*language));
    const auto done = write_file_atomic(
        page, report::hybrid_page(input->judgement.run.name, cases, banner, *language));
    if (!done) return complain(done.error(), 2);
  }
  const std::string out =
      as_json
          ? report::hybrid_json(input->judgement.run.name,
                                std::string(to_string(input->judgement.run.provenance)), cases) +
                "\n"
          : report::hybrid_text(cases, kTextWidth);
  std::fputs(out.c_str(), stdout);
  return 0;
}

}  // namespace soakrig::app
