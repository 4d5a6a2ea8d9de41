// SPDX-License-Identifier: Apache-2.0
//
// `soakrig list`: the runs of an archive, or those that are asked for; damaged files always.
#include "results/report/list_runs.hpp"
#include "results/report/show_json.hpp"
#include "results/store/archive.hpp"
#include "results/store/archive_filter.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"

namespace soakrig::app {
namespace {

// "2026-03-01" (UTC) or a whole RFC 3339 time.
std::optional<Nanos> parse_date(const std::string& text) {
  return parse_rfc3339(text.find('T') == std::string::npos ? text + "T00:00:00Z" : text);
}

std::string not_a_date(const std::string& text) {
  return parse_date(text) ? "" : "give a date such as 2026-03-01 or 2026-03-01T12:00:00Z";
}

std::string no_verdict(const std::string& text) {
  return parse_verdict(text) ? "" : "give pass, fail, error or inconclusive";
}

}  // namespace

int command_list(std::span<const std::string> args) {
  CLI::App parser("Lists the runs of an archive, oldest first", "list");
  std::string directory, verdict, since, before;
  store::ArchiveFilter filter;
  bool json = false;
  parser.add_option("--archive", directory,
                    "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("--board", filter.board, "part of a board's name, serial or model");
  parser.add_option("--model", filter.model, "part of the name of a model that was run");
  parser.add_option("--firmware", filter.firmware, "part of a board's firmware version");
  parser.add_option("--ambient", filter.ambient, "of a phase, in degrees Celsius");
  parser.add_option("--verdict", verdict, "pass, fail, error or inconclusive")->check(no_verdict);
  parser.add_option("--since", since, "started on this day (UTC) or later")->check(not_a_date);
  parser.add_option("--before", before, "started before this day (UTC)")->check(not_a_date);
  parser.add_flag("--json", json, "all of it (docs/formats/show_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  if (!verdict.empty()) filter.verdict = parse_verdict(verdict);
  if (!since.empty()) filter.since = parse_date(since);
  if (!before.empty()) filter.before = parse_date(before);

  const store::Archive archive(store::archive_dir(directory));
  auto runs = archive.runs();
  if (!runs) return complain(runs.error(), 2);
  std::erase_if(*runs, [&](const store::ArchivedRun& run) { return !store::matches(run, filter); });
  const std::string text =
      json ? report::pretty_json(report::list_json(*runs)) + "\n" : report::list_text(*runs);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace soakrig::app
