// SPDX-License-Identifier: Apache-2.0
//
// `soakrig quality REFERENCE CANDIDATE…`: how far candidates are from a reference model, token by
// token and on tasks that can be checked. Asks the endpoints one after the other, on an interval of
// its own.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "results/analysis/quality.hpp"
#include "results/analysis/quality_tasks.hpp"
#include "results/report/text_layout.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/quality_endpoint.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::app {

namespace {

using namespace analysis;
using Json = nlohmann::ordered_json;

constexpr std::size_t kMostTaskFile = 64u << 20;
constexpr std::size_t kTextWidth = 100;
constexpr int kTop = 20, kAnswerTokens = 48;

struct Wanted {
  std::vector<std::string> endpoints;
  std::string tasks, model, quant, timeout = "60s";
  std::uint64_t seed = 1;
  std::size_t each = 5, prompts = 8;
  int tokens = 16;
  bool as_json = false;
};

// What the reference said, once.
struct Baseline {
  std::vector<QualityTask> tasks;
  std::vector<bool> right;
  std::vector<Told> paths;  // of the first prompts: its own greedy text, with chances
  bool repeats = true;      // asked again it said the same
};

struct Verdicts {
  std::string name;
  Agreement agreement;
  bool chances = true, repeats = true, tokens_fit = true;
  std::vector<std::optional<std::size_t>> divergence;
  Flips flips;
  std::map<std::string, Flips> by_set;
  bool alarm = false;
};

Result<std::vector<bool>> answer_all(QualityEndpoint& model,
                                     const std::vector<QualityTask>& tasks) {
  std::vector<bool> out;
  for (const QualityTask& task : tasks) {
    const auto told = model.complete({task.prompt, kAnswerTokens, 0});
    if (!told) return told.error();
    out.push_back(solved(task, told->text));
  }
  return out;
}

// Evenly over the tasks, so that every set and language is in it.
const QualityTask& prompt_at(const std::vector<QualityTask>& tasks, std::size_t i, std::size_t n) {
  return tasks[i * tasks.size() / n];
}

Result<Baseline> ask_reference(QualityEndpoint& model, const Wanted& w,
                               std::vector<QualityTask> tasks) {
  Baseline out;
  out.tasks = std::move(tasks);
  auto right = answer_all(model, out.tasks);
  if (!right) return right.error();
  out.right = std::move(*right);
  const std::size_t n = std::min(w.prompts, out.tasks.size());
  for (std::size_t i = 0; i < n; ++i) {
    const Ask ask{prompt_at(out.tasks, i, n).prompt, w.tokens, kTop};
    auto path = model.complete(ask);
    if (!path) return path.error();
    if (i == 0) {
      const auto again = model.complete(ask);
      if (!again) return again.error();
      out.repeats = again->text == path->text;
    }
    out.paths.push_back(std::move(*path));
  }
  return out;
}

// The candidate after the reference's own words, one position after the other.
Result<void> force(QualityEndpoint& model, const std::string& prompt, const Told& path,
                   std::vector<ForcedPosition>& positions, Verdicts& out) {
  std::string so_far = prompt;
  for (const Told::Token& token : path.tokens) {
    const auto told = model.complete({so_far, 1, kTop});
    if (!told) return told.error();
    if (told->tokens.empty() || told->tokens[0].top.empty() || token.top.empty()) {
      out.chances = false;
      return {};
    }
    positions.push_back({token.bytes, token.top, told->tokens[0].top, told->tokens[0].bytes});
    so_far += token.bytes;
  }
  return {};
}

Result<Verdicts> ask_candidate(QualityEndpoint& model, const Wanted& w, const Baseline& base) {
  Verdicts out;
  std::vector<ForcedPosition> positions;
  for (std::size_t i = 0; i < base.paths.size(); ++i) {
    const std::string& prompt = prompt_at(base.tasks, i, base.paths.size()).prompt;
    const auto free = model.complete({prompt, w.tokens, 0});
    if (!free) return free.error();
    out.divergence.push_back(first_divergence(base.paths[i].text, free->text));
    if (i == 0) {
      const auto again = model.complete({prompt, w.tokens, 0});
      if (!again) return again.error();
      out.repeats = again->text == free->text;
    }
    if (auto done = force(model, prompt, base.paths[i], positions, out); !done) return done.error();
  }
  out.agreement = agreement_of(positions);
  // Where tokens are cut otherwise, the chosen ones are seldom among the candidate's.
  out.tokens_fit = positions.empty() || out.agreement.unlisted * 2 <= positions.size();
  const auto right = answer_all(model, base.tasks);
  if (!right) return right.error();
  out.flips = flips_of(base.right, *right);
  std::map<std::string, std::pair<std::vector<bool>, std::vector<bool>>> sets;
  for (std::size_t i = 0; i < base.tasks.size(); ++i) {
    const QualityTask& t = base.tasks[i];
    auto& [before, after] = sets[t.language.empty() ? t.set : t.set + "." + t.language];
    before.push_back(base.right[i]);
    after.push_back((*right)[i]);
  }
  for (const auto& [name, pair] : sets) out.by_set[name] = flips_of(pair.first, pair.second);
  const auto band = quality_band(w.quant);
  const bool far = band && out.chances && out.agreement.kl_lower_bound.value_or(0) > band->alarm_kl;
  out.alarm =
      far || (out.flips.right_to_wrong > out.flips.wrong_to_right && out.flips.p_value < 0.05);
  return out;
}

Json share_object(const Share& s) {
  return {
      {"seen", s.seen}, {"of", s.of}, {"value", s.value}, {"lower", s.lower}, {"upper", s.upper}};
}
Json flips_object(const Flips& f) {
  return {{"reference", share_object(f.reference)},
          {"candidate", share_object(f.candidate)},
          {"right_to_wrong", f.right_to_wrong},
          {"wrong_to_right", f.wrong_to_right},
          {"p_value", f.p_value}};
}

std::vector<std::string> limits_of(const Verdicts& v, const Baseline& base) {
  std::vector<std::string> out;
  if (!v.chances)
    out.emplace_back("no log-probabilities: agreement is of the positions that had them");
  if (v.agreement.flat * 2 > v.agreement.top1.of) {
    out.emplace_back(
        "the reference finds its tokens equally likely, as a model without training does: agreement "
        "and KL mean nothing");
  } else if (!v.tokens_fit) {
    out.emplace_back(
        "most tokens of the reference are not among the candidate's: another tokenizer? "
        "then agreement and KL mean nothing");
  }
  if (!base.repeats) out.emplace_back("the reference says something else when asked again");
  if (!v.repeats) out.emplace_back("the candidate says something else when asked again");
  return out;
}

Json object_of(const Verdicts& v, const Baseline& base, const Wanted& w) {
  const auto or_null = [](const auto& x) { return x ? Json(*x) : Json(nullptr); };
  const auto band = quality_band(w.quant);
  Json out{{"candidate", v.name},
           {"alarm", v.alarm},
           {"top1", v.agreement.top1.of > 0 ? share_object(v.agreement.top1) : Json(nullptr)},
           {"logprob_difference", or_null(v.agreement.logprob_difference)},
           {"unlisted", v.agreement.unlisted},
           {"flat", v.agreement.flat},
           {"kl_lower_bound", or_null(v.agreement.kl_lower_bound)},
           {"usual_kl", band ? Json(band->usual_kl) : Json(nullptr)},
           {"alarm_kl", band ? Json(band->alarm_kl) : Json(nullptr)},
           {"first_divergence", Json::array()},
           {"tasks", flips_object(v.flips)},
           {"sets", Json::object()},
           {"limits", limits_of(v, base)}};
  for (const auto& d : v.divergence) out["first_divergence"].push_back(or_null(d));
  for (const auto& [name, flips] : v.by_set) out["sets"][name] = flips_object(flips);
  return out;
}

std::string text_of(const Verdicts& v, const Baseline& base, const Wanted& w) {
  const Agreement& a = v.agreement;
  std::string out = "\n" + report::printable(v.name) + (v.alarm ? ": ALARM\n" : "\n");
  if (a.top1.of > 0) {
    out += fmt::format("  top-1 agreement {:.1f} % [{:.1f}, {:.1f}] of {} positions\n",
                       100 * a.top1.value, 100 * a.top1.lower, 100 * a.top1.upper, a.top1.of);
    out += fmt::format("  log-probability of the reference's token {:+.4f}, KL at least {:.4f}\n",
                       a.logprob_difference.value_or(0), a.kl_lower_bound.value_or(0));
  }
  if (const auto band = quality_band(w.quant)) {
    out += fmt::format("  usual for {}: KL {}; alarm above {}\n", w.quant, band->usual_kl,
                       band->alarm_kl);
  }
  const auto same = std::ranges::count(v.divergence, std::optional<std::size_t>{});
  out += fmt::format("  left to itself: {} of {} texts equal\n", same, v.divergence.size());
  std::vector<std::vector<std::string>> rows{
      {"tasks", "reference", "candidate", "right to wrong", "wrong to right", "p"}};
  const auto row = [&](const std::string& name, const Flips& f) {
    rows.push_back({report::printable(name), fmt::format("{}/{}", f.reference.seen, f.reference.of),
                    fmt::format("{}/{}", f.candidate.seen, f.candidate.of),
                    std::to_string(f.right_to_wrong), std::to_string(f.wrong_to_right),
                    fmt::format("{:.3f}", f.p_value)});
  };
  for (const auto& [name, flips] : v.by_set) row(name, flips);
  row("all", v.flips);
  out += report::table(rows, 1, "  ");
  for (const std::string& l : limits_of(v, base))
    out += report::wrap("limit: " + l, kTextWidth, "  ", "    ");
  return out;
}

Result<std::vector<QualityTask>> tasks_of(const Wanted& w) {
  if (w.tasks.empty()) return built_in_tasks(w.seed, w.each);
  const auto text = read_file(w.tasks, kMostTaskFile);
  if (!text) return text.error();
  return parse_tasks(*text, w.tasks);
}

}  // namespace

int command_quality(std::span<const std::string> args) {
  CLI::App parser("Says how far models are from a reference: token by token, and on tasks",
                  "quality");
  Wanted w;
  parser
      .add_option("ENDPOINT", w.endpoints,
                  "http://HOST:PORT of the reference, then of each candidate")
      ->required()
      ->expected(2, 9);
  parser.add_option("--tasks", w.tasks, "tasks as JSON Lines, instead of the built-in ones");
  parser.add_option("--seed", w.seed, "of the built-in tasks")->capture_default_str();
  parser.add_option("--each", w.each, "built-in tasks of each set and language")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  parser.add_option("--prompts", w.prompts, "of them also token by token")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  parser.add_option("--tokens", w.tokens, "of each such prompt")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  parser.add_option("--quant", w.quant, "of the candidates, for the alarm: q8_0, q4_k_m, q4_0 …");
  parser.add_option("--model", w.model, "name of the model, where a server has several");
  parser.add_option("--timeout", w.timeout, "of one reply")->capture_default_str();
  parser.add_flag("--json", w.as_json, "all of it (docs/formats/quality.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto timeout = parse_duration(w.timeout);
  if (!timeout) return complain(timeout.error(), 4);
  if (!w.quant.empty() && !quality_band(w.quant)) {
    return complain({Errc::invalid, "no band for '" + w.quant + "'",
                     "there are q8_0, q6_k, q5_k_m, q4_k_m, q4_0, q3_k_m, q2_k"},
                    4);
  }
  auto tasks = tasks_of(w);
  if (!tasks) return complain(tasks.error(), 4);
  std::vector<std::unique_ptr<QualityEndpoint>> models;
  for (const std::string& url : w.endpoints) {
    auto model = http_endpoint(url, w.model, *timeout);
    if (!model) return complain(model.error(), 4);
    models.push_back(std::move(*model));
  }
  const auto base = ask_reference(*models.front(), w, std::move(*tasks));
  if (!base) return complain(base.error(), 2);
  Json document{
      {"reference", w.endpoints.front()}, {"seed", w.seed}, {"candidates", Json::array()}};
  std::string text = "reference " + report::printable(w.endpoints.front()) + "\n";
  bool alarm = false, limited = false;
  for (std::size_t i = 1; i < models.size(); ++i) {
    auto v = ask_candidate(*models[i], w, *base);
    if (!v) return complain(v.error(), 2);
    v->name = w.endpoints[i];
    alarm = alarm || v->alarm;
    limited = limited || !limits_of(*v, *base).empty();
    document["candidates"].push_back(object_of(*v, *base, w));
    text += text_of(*v, *base, w);
  }
  std::fputs(w.as_json
                 ? (document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n").c_str()
                 : text.c_str(),
             stdout);
  return alarm ? 1 : limited ? 3 : 0;
}

}  // namespace soakrig::app
