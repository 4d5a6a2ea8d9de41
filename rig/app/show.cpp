// SPDX-License-Identifier: Apache-2.0
//
// `soakrig show RUN[:BOARD]`: what a run says, as text or as JSON. Opens the file read-only and
// judges nothing that has been judged.
#include "results/report/show_json.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"
#include "rig/app/print_run.hpp"

namespace soakrig::app {

int command_show(std::span<const std::string> args) {
  CLI::App parser("Prints what a run says: verdict, figures, episodes, incidents, claims", "show");
  std::string run, archive;
  bool json = false;
  parser
      .add_option("RUN", run, "last, an id or its beginning, a name or a path; RUN:BOARD for one")
      ->required();
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_flag("--json", json, "the whole document (docs/formats/show_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const auto opened = open_run(run, archive);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));
  const auto document = document_of(*opened);
  if (!document) return complain(document.error(), exit_code_of(document.error()));
  if (!json) {
    if (auto printed = print_run(opened->reader, *document); !printed)
      return complain(printed.error(), 2);
    return 0;
  }
  std::printf("%s\n", report::pretty_json(*document).c_str());
  return 0;
}

}  // namespace soakrig::app
