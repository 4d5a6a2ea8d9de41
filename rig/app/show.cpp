// SPDX-License-Identifier: Apache-2.0
//
// `soakrig show RUN[:BOARD]`: what a run says, as text or as JSON. Opens the file read-only and
// judges nothing that has been judged.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "results/report/judge_run.hpp"
#include "results/report/load_run_view.hpp"
#include "results/report/parse_show_json.hpp"
#include "results/report/show_json.hpp"
#include "results/report/text_report.hpp"
#include "results/store/archive.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"

namespace soakrig::app {

namespace {

int complain(const Error& error, int code) {
  std::fprintf(stderr, "soakrig: %s\n", error.message().c_str());
  return code;
}

bool has_command(std::string_view name) {
  const auto all = commands();
  return std::ranges::find(all, name, &Command::name) != all.end();
}

// Only commands that this program has, ready to type.
std::vector<std::string> next_commands(const std::string& path) {
  std::vector<std::string> out{"soakrig show " + path + " --json"};
  if (has_command("report")) out.push_back("soakrig report " + path + " -o report.html");
  if (has_command("compare")) out.push_back("soakrig compare " + path + " OTHER_RUN");
  if (has_command("list")) out.push_back("soakrig list");
  return out;
}

int print_text(const store::Reader& reader, const std::string& document) {
  const auto loaded = report::load_run_view(reader);
  if (!loaded) return complain(loaded.error(), 2);
  const auto judgement = report::parse_show_json(document, loaded->clock);
  if (!judgement) return complain(judgement.error(), 2);
  report::TextOptions options;
  options.colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  options.next = next_commands(reader.path());
  std::fputs(report::text_report(*judgement, loaded->view, options).c_str(), stdout);
  return 0;
}

}  // namespace

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

  const store::RunName name = store::split_run_name(run);
  const auto path = store::Archive(store::archive_dir(archive)).resolve(name.run);
  if (!path) {
    const Errc code = path.error().code;
    return complain(path.error(), code == Errc::not_found || code == Errc::invalid ? 4 : 2);
  }
  const auto reader = store::Reader::open(*path);
  if (!reader) return complain(reader.error(), 2);
  const auto shown = report::show_run(*reader);
  if (!shown) return complain(shown.error(), 2);
  std::string document = shown->json;
  if (!name.board.empty()) {
    auto one = report::only_board(document, name.board);
    if (!one) return complain(one.error(), one.error().code == Errc::not_found ? 4 : 2);
    document = std::move(*one);
  }
  if (!json) return print_text(*reader, document);
  std::printf("%s\n", report::pretty_json(document).c_str());
  return 0;
}

}  // namespace soakrig::app
