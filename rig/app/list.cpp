// SPDX-License-Identifier: Apache-2.0
//
// `soakrig list`: the runs of an archive, damaged files included.
#include "results/report/list_runs.hpp"
#include "results/report/show_json.hpp"
#include "results/store/archive.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"

namespace soakrig::app {

int command_list(std::span<const std::string> args) {
  CLI::App parser("Lists the runs of an archive, oldest first", "list");
  std::string directory;
  bool json = false;
  parser.add_option("--archive", directory,
                    "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_flag("--json", json, "all of it (docs/formats/show_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const store::Archive archive(store::archive_dir(directory));
  const auto runs = archive.runs();
  if (!runs) {
    std::fprintf(stderr, "soakrig: %s\n", runs.error().message().c_str());
    return 2;
  }
  const std::string text =
      json ? report::pretty_json(report::list_json(*runs)) + "\n" : report::list_text(*runs);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace soakrig::app
