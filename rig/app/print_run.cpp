// SPDX-License-Identifier: Apache-2.0
#include "rig/app/print_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "results/report/judge_run.hpp"
#include "results/report/load_run_view.hpp"
#include "results/report/parse_show_json.hpp"
#include "results/report/text_report.hpp"
#include "rig/app/command.hpp"

namespace soakrig::app {
namespace {

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

}  // namespace

Result<void> print_run(const store::Reader& reader, const std::string& document) {
  const auto loaded = report::load_run_view(reader);
  if (!loaded) return loaded.error();
  const auto judgement = report::parse_show_json(document, loaded->clock);
  if (!judgement) return judgement.error();
  report::TextOptions options;
  options.colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  options.next = next_commands(reader.path());
  std::fputs(report::text_report(*judgement, loaded->view, options).c_str(), stdout);
  if (judgement->run.state == RunState::sealed && !report::compares_samples(reader)) {
    std::printf("samples not compared with their hashes: soakrig verify %s\n",
                reader.path().c_str());
  }
  return {};
}

}  // namespace soakrig::app
