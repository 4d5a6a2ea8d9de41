// SPDX-License-Identifier: Apache-2.0
//
// `soakrig quality REFERENCE CANDIDATE…`: how far candidates are from a reference model, token by
// token and on tasks that can be checked.
#include <cstdio>
#include <map>
#include <optional>

#include "results/report/decision/quality_output.hpp"
#include "results/report/show_json.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/decision_words.hpp"
#include "rig/app/quality_series.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/quality_bars.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::app {

namespace {

using namespace analysis;

constexpr std::size_t kMostTaskFile = 64u << 20;
constexpr std::size_t kTextWidth = 100;

struct Wanted {
  std::vector<std::string> endpoints;
  std::string tasks, model, timeout = "60s", every, page, language = "en";
  std::map<std::string_view, double> bars;  // by flag
  std::size_t each = 5;
  QualityAmount amount;
  QualityResult result;  // as far as it is given: seed, quant
  bool as_json = false;
};

Result<std::vector<QualityTask>> tasks_of(const Wanted& w) {
  if (w.tasks.empty()) return built_in_tasks(w.result.seed, w.each);
  const auto text = read_file(w.tasks, kMostTaskFile);
  if (!text) return text.error();
  return parse_tasks(*text, w.tasks);
}

void add_options(CLI::App& parser, Wanted& w) {
  parser
      .add_option(
          "ENDPOINT", w.endpoints,
          "the reference, then each candidate: http://HOST:PORT, or exec: and a command as a JSON array "
          "(docs/formats/quality.md)")
      ->required()
      ->expected(2, 9);
  parser.add_option("--tasks", w.tasks, "tasks as JSON Lines, instead of the built-in ones");
  parser.add_option("--seed", w.result.seed, "of the built-in tasks")->capture_default_str();
  parser.add_option("--each", w.each, "built-in tasks of each set and language")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  parser.add_option("--prompts", w.amount.prompts, "of them also token by token")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  parser.add_option("--tokens", w.amount.tokens, "of each such prompt")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  parser.add_option("--quant", w.result.quant,
                    "of the candidates, for the alarm: q8_0, q4_k_m, q4_0 …");
  parser.add_option("--model", w.model, "name of the model, where a server has several");
  parser.add_option("--timeout", w.timeout, "of one reply")->capture_default_str();
  CLI::Option* const every =
      parser.add_option("--every", w.every,
                        "as a workload of a run: ask one candidate again, so often, until ended "
                        "(docs/formats/quality.md)");
  for (const QualityBarKey& bar : quality_bar_keys()) {
    parser
        .add_option(std::string(bar.flag), w.bars[bar.flag],
                    "with --every: what the run's verdict holds the series against")
        ->needs(every);
  }
  parser.add_option("-o,--output", w.page, "write it as one HTML page, too");
  parser.add_option("--lang", w.language, "language of the page: en or zh")->capture_default_str();
  parser.add_flag("--json", w.as_json, "all of it (docs/formats/quality.md)");
}

Result<void> compare_all(Wanted& w, std::vector<QualityTask> tasks,
                         std::vector<QualityEndpoint>& models) {
  const auto base = ask_reference(models.front(), w.amount, std::move(tasks));
  if (!base) return base.error();
  for (std::size_t i = 1; i < models.size(); ++i) {
    auto candidate = ask_candidate(models[i], w.amount, *base);
    if (!candidate) return candidate.error();
    w.result.candidates.push_back(std::move(*candidate));
  }
  return {};
}

int code_of(const QualityResult& result) {
  int out = 0;
  for (const CandidateQuality& c : result.candidates) {
    if (raises_alarm(c, result.quant)) return 1;
    if (!c.limits.empty()) out = 3;
  }
  return out;
}

}  // namespace

int command_quality(std::span<const std::string> args) {
  CLI::App parser("Says how far models are from a reference: token by token, and on tasks",
                  "quality");
  Wanted w;
  w.result.seed = 1;
  add_options(parser, w);
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto timeout = parse_duration(w.timeout);
  if (!timeout) return complain(timeout.error(), 4);
  std::optional<Nanos> every;
  if (!w.every.empty()) {
    const auto given = parse_duration(w.every);
    if (!given) return complain(given.error(), 4);
    every = *given;
  }
  if (every && w.endpoints.size() != 2) {
    return complain({Errc::invalid, "--every asks one candidate", "name one, or leave it out"}, 4);
  }
  const auto language = page_language(w.language);
  if (!language) return 4;
  if (!w.result.quant.empty() && !quality_band(w.result.quant)) {
    return complain({Errc::invalid, "no band for '" + w.result.quant + "'",
                     "there are q8_0, q6_k, q5_k_m, q4_k_m, q4_0, q3_k_m, q2_k"},
                    4);
  }
  auto tasks = tasks_of(w);
  if (!tasks) return complain(tasks.error(), 4);
  std::vector<QualityEndpoint> models;
  for (const std::string& endpoint : w.endpoints) {
    auto model = open_endpoint(endpoint, w.model, *timeout);
    if (!model) return complain(model.error(), model.error().code == Errc::invalid ? 4 : 2);
    models.push_back(std::move(*model));
  }
  if (every) return tell_quality_series(models[0], models[1], w.amount, std::move(*tasks), *every);
  w.result.reference = models.front().name();
  if (const auto done = compare_all(w, std::move(*tasks), models); !done) {
    return complain(done.error(), 2);
  }
  if (!w.page.empty()) {
    const auto done = write_file_atomic(w.page, report::quality_page(w.result, *language));
    if (!done) return complain(done.error(), 2);
  }
  const std::string out = w.as_json ? report::pretty_json(report::quality_json(w.result)) + "\n"
                                    : report::quality_text(w.result, kTextWidth);
  std::fputs(out.c_str(), stdout);
  return code_of(w.result);
}

}  // namespace soakrig::app
