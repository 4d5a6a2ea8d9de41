// SPDX-License-Identifier: Apache-2.0
//
// `soakrig report RUN[:BOARD]`: a run as files that other people and programs read. Opens the run
// read-only; what it writes appears whole or not at all.
#include <cstdio>
#include <filesystem>

#include "results/report/html/html_report.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {

// Where the reader stands, not in the archive: "demo-20260301-120000-0a1b2c3d.html".
std::string default_name(const std::string& path) {
  return std::filesystem::path(path).stem().string() + ".html";
}

}  // namespace

int command_report(std::span<const std::string> args) {
  CLI::App parser("Writes a run's report as one HTML file", "report");
  std::string run, archive, html, language = "en";
  parser
      .add_option("RUN", run, "last, an id or its beginning, a name or a path; RUN:BOARD for one")
      ->required();
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("-o,--output", html, "the HTML file; default NAME-ID.html here");
  parser.add_option("--lang", language, "language of the page: en or zh")->capture_default_str();
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto lang = report::parse_language(language);
  if (!lang) {
    return complain({Errc::invalid, "no language '" + language + "'", "give --lang en or zh"}, 4);
  }

  const auto opened = open_run(run, archive);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));
  const auto input = report::load_page_input(opened->reader, opened->board);
  if (!input) return complain(input.error(), exit_code_of(input.error()));
  if (html.empty()) html = default_name(opened->reader.path());
  if (const auto written = write_file_atomic(html, report::html_report(*input, *lang)); !written) {
    return complain(written.error(), 2);
  }
  std::printf("%s\n", html.c_str());
  return 0;
}

}  // namespace soakrig::app
