// SPDX-License-Identifier: Apache-2.0
//
// `soakrig compare RUN[:BOARD]…`: boards of stored runs side by side. The first is what the others
// are held against. Opens the runs read-only.
#include <cstdio>
#include <optional>

#include "results/analysis/ready_facts.hpp"
#include "results/report/compare/compare_html.hpp"
#include "results/report/compare/compare_json.hpp"
#include "results/report/compare/compare_text.hpp"
#include "results/report/decision/choice.hpp"
#include "results/report/show_json.hpp"
#include "rig/app/candidates.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/cost_file.hpp"
#include "rig/app/requirements_file.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {

constexpr std::size_t kMostRequirements = 64u << 10;  // bytes of the file
constexpr std::size_t kTextWidth = 100;

struct Options {
  std::vector<std::string> runs;
  std::string archive, html, require, cost, language = "en";
  bool json = false, fail_on_regression = false;
};

Result<std::vector<report::Requirement>> read_requirements(const std::string& path) {
  if (path.empty()) return std::vector<report::Requirement>{};
  const auto text = read_file(path, kMostRequirements);
  if (!text) return text.error();
  return parse_requirements(*text, path);
}

// The costs of the candidates; none where no file is named.
Result<std::optional<report::CostSheet>> read_costs(const std::string& path,
                                                    const Candidates& opened) {
  if (path.empty()) return std::optional<report::CostSheet>{};
  const auto text = read_file(path, kMostCostFile);
  if (!text) return text.error();
  auto plan = parse_cost(*text, path);
  if (!plan) return plan.error();
  report::CostSheet out{std::move(*plan), {}};
  for (const report::Candidate& c : opened.list) {
    out.cases.push_back(report::cost_case(out.plan, c));
  }
  return std::optional(std::move(out));
}

report::ReadyOf ready_of(const Candidates& opened) {
  report::ReadyOf out;
  for (std::size_t i = 0; i < opened.list.size(); ++i) {
    auto& facts = out.emplace_back();
    for (auto& [workload, said] :
         analysis::ready_facts(opened.inputs[i]->view.events, opened.list[i].board->name)) {
      facts[workload] = std::move(said.facts);
    }
  }
  return out;
}

std::string banner_of(const Candidates& opened, report::Language language) {
  for (const auto& input : opened.inputs) {
    const std::string banner = report::banner_of(*input, report::words_of(language));
    if (!banner.empty()) return banner;
  }
  return {};
}

Result<void> show(const Options& options, const Candidates& opened,
                  const report::Comparison& comparison,
                  const std::vector<report::TickedRequirement>& ticked,
                  const report::Choice& choice, report::Language language) {
  if (!options.html.empty()) {
    std::vector<const report::PageInput*> inputs;
    for (const auto& input : opened.inputs) inputs.push_back(input.get());
    const std::string page =
        report::compare_html(opened.list, inputs, comparison, ticked, language,
                             report::choice_section(choice, banner_of(opened, language), language));
    if (auto written = write_file_atomic(options.html, page); !written) return written.error();
  }
  const std::string text =
      options.json ? report::pretty_json(report::compare_json(opened.list, comparison, ticked,
                                                              report::choice_json(choice))) +
                         "\n"
                   : report::compare_text(opened.list, comparison, ticked, kTextWidth) +
                         report::choice_text(choice, kTextWidth);
  std::fputs(text.c_str(), stdout);
  return {};
}

}  // namespace

int command_compare(std::span<const std::string> args) {
  CLI::App parser("Holds boards of stored runs against the first of them", "compare");
  Options options;
  parser
      .add_option(
          "RUN", options.runs,
          "2 to 8 of: last, an id or its beginning, a name or a path; RUN:BOARD where a run "
          "has several boards")
      ->required()
      ->expected(2, static_cast<int>(report::kMostCandidates));
  parser.add_option("--archive", options.archive,
                    "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("-o,--output", options.html, "write it as one HTML page, too");
  parser.add_option("--lang", options.language, "language of the page: en or zh")
      ->capture_default_str();
  parser.add_option(
      "--require", options.require,
      "requirements to tick (docs/formats/requirements.md): exit 1 unless all are met");
  parser.add_option("--cost", options.cost,
                    "prices, to choose by cost, too (docs/formats/cost.md)");
  parser.add_flag("--fail-on-regression", options.fail_on_regression,
                  "exit 1 where something is worse than in the first run");
  parser.add_flag("--json", options.json, "all of it (docs/formats/compare_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto language = report::parse_language(options.language);
  if (!language) {
    return complain(
        {Errc::invalid, "no language '" + options.language + "'", "give --lang en or zh"}, 4);
  }
  const auto requirements = read_requirements(options.require);
  if (!requirements) return complain(requirements.error(), 4);
  const auto opened = open_candidates(options.runs, options.archive, BoardChoice::only_one);
  if (!opened) return complain(opened.error(), exit_code_of(opened.error()));

  const report::Comparison comparison = report::compare(opened->list);
  if (!comparison.comparable && requirements->empty()) {
    return complain(
        {Errc::invalid, "these runs have no workload in a phase of the same name in common",
         "compare runs of one profile, or tick requirements with --require"},
        4);
  }
  const auto ticked = report::tick(*requirements, opened->list);
  const auto costs = read_costs(options.cost, *opened);
  if (!costs) return complain(costs.error(), 4);
  const report::Choice choice =
      report::choose(opened->list, ready_of(*opened), ticked, *costs ? &**costs : nullptr);
  if (auto done = show(options, *opened, comparison, ticked, choice, *language); !done) {
    return complain(done.error(), 2);
  }
  const bool regressed = options.fail_on_regression && !comparison.regressions.empty();
  return regressed || !report::all_met(ticked) ? 1 : 0;
}

}  // namespace soakrig::app
