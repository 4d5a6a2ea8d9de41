// SPDX-License-Identifier: Apache-2.0
//
// `soakrig report RUN[:BOARD]`: a run as files that other people and programs read. Opens the run
// read-only; what it writes appears whole or not at all.
#include <cstdio>
#include <filesystem>
#include <optional>

#include "results/report/decision/cost_html.hpp"
#include "results/report/decision/hybrid_output.hpp"
#include "results/report/export/csv_export.hpp"
#include "results/report/export/jsonl_export.hpp"
#include "results/report/export/junit.hpp"
#include "results/report/html/html_report.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/cost_file.hpp"
#include "rig/app/open_run.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {

struct Outputs {
  std::string html, junit, csv, jsonl;  // empty = not wanted
  std::optional<report::CostPlan> cost;
  report::Language language = report::Language::en;
};

// Where the reader stands, not in the archive: "demo-20260301-120000-0a1b2c3d.html".
std::string default_name(const std::string& path) {
  return std::filesystem::path(path).stem().string() + ".html";
}

// What routed loads measured, where there were any.
report::Markup routed(const report::PageInput& input, report::Language language) {
  return report::hybrid_section(report::hybrid_cases(input),
                                report::banner_of(input, report::words_of(language)), language);
}

// What the boards of the run cost, where that is wanted.
report::Markup cost_of(const report::PageInput& input, const Outputs& wanted) {
  if (!wanted.cost) return {};
  report::CostSheet sheet{*wanted.cost, {}};
  for (const analysis::BoardJudgement& board : input.judgement.boards) {
    sheet.cases.push_back(report::cost_case(
        sheet.plan, {board.name, &input.judgement, &board, &input.view.spec, ""}));
  }
  return report::cost_section(sheet, wanted.language);
}

// Writes what is wanted and prints each path.
Result<void> write_outputs(const report::PageInput& input, const Outputs& wanted) {
  const auto tell = [](const std::string& path) { std::printf("%s\n", path.c_str()); };
  if (!wanted.html.empty()) {
    const auto done = write_file_atomic(
        wanted.html, report::html_report(input, wanted.language,
                                         routed(input, wanted.language) + cost_of(input, wanted)));
    if (!done) return done.error();
    tell(wanted.html);
  }
  if (!wanted.junit.empty()) {
    const auto done = write_file_atomic(wanted.junit, report::junit_xml(input.judgement));
    if (!done) return done.error();
    tell(wanted.junit);
  }
  if (!wanted.csv.empty()) {
    const auto paths = report::export_csv(*input.reader, input.clock, wanted.csv);
    if (!paths) return paths.error();
    for (const std::string& path : *paths) tell(path);
  }
  if (!wanted.jsonl.empty()) {
    const auto done = report::export_jsonl(*input.reader, input.clock, wanted.jsonl);
    if (!done) return done.error();
    tell(wanted.jsonl);
  }
  return {};
}

}  // namespace

int command_report(std::span<const std::string> args) {
  CLI::App parser("Writes a run's report as one HTML file, or as what other programs read",
                  "report");
  std::string run, archive, cost, language = "en";
  Outputs wanted;
  parser
      .add_option("RUN", run, "last, an id or its beginning, a name or a path; RUN:BOARD for one")
      ->required();
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("-o,--output", wanted.html,
                    "the HTML file; default NAME-ID.html here, unless another format is asked for");
  parser.add_option("--lang", language, "language of the page: en or zh")->capture_default_str();
  parser.add_option("--junit", wanted.junit, "JUnit XML (docs/formats/junit.md)");
  parser.add_option("--csv", wanted.csv, "folder of CSV tables (docs/formats/csv_export.md)");
  parser.add_option("--jsonl", wanted.jsonl, "JSON Lines (docs/formats/jsonl_export.md)");
  parser.add_option("--cost", cost, "prices for a section on lifetime cost (docs/formats/cost.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto lang = report::parse_language(language);
  if (!lang) {
    return complain({Errc::invalid, "no language '" + language + "'", "give --lang en or zh"}, 4);
  }
  wanted.language = *lang;
  if (!cost.empty()) {
    const auto text = read_file(cost, kMostCostFile);
    if (!text) return complain(text.error(), 4);
    auto plan = parse_cost(*text, cost);
    if (!plan) return complain(plan.error(), 4);
    wanted.cost = std::move(*plan);
  }

  const auto opened = open_run(run, archive);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));
  const auto input = report::load_page_input(opened->reader, opened->board);
  if (!input) return complain(input.error(), exit_code_of(input.error()));
  if (wanted.html.empty() && wanted.junit.empty() && wanted.csv.empty() && wanted.jsonl.empty()) {
    wanted.html = default_name(opened->reader.path());
  }
  if (const auto written = write_outputs(*input, wanted); !written) {
    return complain(written.error(), 2);
  }
  return 0;
}

}  // namespace soakrig::app
