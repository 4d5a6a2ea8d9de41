// SPDX-License-Identifier: Apache-2.0
//
// soakrig claims PROFILE.toml or RUN: each claim with its conditions against what was measured, and
// what bounds each load: its traffic and arithmetic against the bandwidth and the peak that
// `memory` and `gemm` sustained beside it. A profile is soaked first, with phases for what it does
// not measure itself.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "results/report/claims_view.hpp"
#include "results/report/html/page_input.hpp"
#include "results/report/html/roofline_chart.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"
#include "rig/app/soak_order.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {

struct Options {
  std::string what, archive, svg;
  std::vector<std::string> overrides;
  bool as_json = false;
};

int code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return 0;
    case Verdict::fail:
      return 1;
    case Verdict::error:
      return 2;
    case Verdict::inconclusive:
      return 3;
  }
  return 3;
}

int write_roofline(const std::string& path, const std::vector<report::BoardClaims>& boards,
                   const report::PageInput& input) {
  const report::Words& words = report::words_of(report::Language::en);
  for (const report::BoardClaims& board : boards) {
    const std::string svg =
        report::roofline_file(board.bounds, report::banner_of(input, words), words);
    if (svg.empty()) continue;
    const auto done = write_file_atomic(path, svg);
    return done ? 0 : complain(done.error(), 2);
  }
  return complain(
      {Errc::not_found, "there is no roofline: no bandwidth or no peak in this run",
       "soakrig claims PROFILE.toml measures both; or add phases with kind = \"memory\" "
       "and kind = \"gemm\""},
      3);
}

int show_claims(const std::string& run, const Options& options) {
  const auto opened = open_run(run, options.archive);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));
  const auto input = report::load_page_input(opened->reader, opened->board);
  if (!input) return complain(input.error(), exit_code_of(input.error()));
  const auto boards = report::board_claims(input->judgement, input->view);
  if (!options.svg.empty()) {
    if (const int code = write_roofline(options.svg, boards, *input); code != 0) return code;
  }
  report::TextOptions text;
  text.colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  text.width = 100;
  const std::string out = options.as_json ? report::claims_json(boards) + "\n"
                                          : report::claims_text(boards, input->judgement, text);
  std::fputs(out.c_str(), stdout);
  return code_of(report::claims_verdict(boards));
}

// Runs the soak and says what it says of the claims. A soak that never started has its own code.
int measure(const Options& options) {
  auto ordered = soak_order(options.what, options.overrides, options.archive,
                            plan::Additions{.ceilings = true});
  if (const int* code = std::get_if<int>(&ordered)) return *code;
  std::string file;
  SoakOrder& order = std::get<SoakOrder>(ordered);
  order.on_started = [&](const std::string&, const std::string& path) { file = path; };
  order.quiet = true;  // `soakrig show` has the rest
  const int code = run_soak(std::move(order));
  constexpr int kRigFailed = 2;
  if (file.empty() || code == kRigFailed) return code;
  return show_claims(file, options);
}

}  // namespace

int command_claims(std::span<const std::string> args) {
  CLI::App parser("Sets claims against what a run measured, and says what bounds each load",
                  "claims");
  Options options;
  parser
      .add_option("PROFILE_OR_RUN", options.what,
                  "a profile (.toml) to soak first; or last, an id or its beginning, a name or a "
                  "path; RUN:BOARD for one")
      ->required();
  parser.add_option("--set", options.overrides, "path.to.key=VALUE, overrides the profile")
      ->take_all()
      ->allow_extra_args(false);
  parser.add_option("--archive", options.archive,
                    "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("--svg", options.svg, "write the first board's roofline");
  parser.add_flag("--json", options.as_json, "as JSON (docs/formats/claims_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  if (options.what.ends_with(".toml")) return measure(options);
  if (!options.overrides.empty()) {
    return complain({Errc::invalid, "--set changes a profile, and '" + options.what + "' is a run",
                     "leave it out, or name a .toml file"},
                    4);
  }
  return show_claims(options.what, options);
}

}  // namespace soakrig::app
