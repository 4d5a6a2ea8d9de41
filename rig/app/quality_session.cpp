// SPDX-License-Identifier: Apache-2.0
#include "rig/app/quality_session.hpp"

#include <algorithm>
#include <utility>

namespace soakrig::app {

namespace {

using namespace analysis;

constexpr int kTop = 20;

Result<std::vector<bool>> answer_all(QualityEndpoint& model,
                                     const std::vector<QualityTask>& tasks) {
  std::vector<bool> out;
  for (const QualityTask& task : tasks) {
    const auto told = model.complete({.prompt = task.prompt, .max_tokens = answer_tokens(task)});
    if (!told) return told.error();
    out.push_back(solved(task, told->text));
  }
  return out;
}

// Evenly over the tasks, so that every set and language is in it.
const QualityTask& prompt_at(const std::vector<QualityTask>& tasks, std::size_t i, std::size_t n) {
  return tasks[i * tasks.size() / n];
}

// The whole path by ids, or none of it: half of each would be two texts.
bool has_ids(const QualityPath& path) {
  return path.ids && std::ranges::all_of(path.own.tokens,
                                         [](const Told::Token& t) { return t.id.has_value(); });
}

// One position after the other, as long as chances are told.
Result<std::vector<NextToken>> walk(QualityEndpoint& model, const QualityPath& path, bool by_ids) {
  Ask ask{.prompt = path.prompt, .max_tokens = 1, .top = kTop};
  if (by_ids) ask.ids = *path.ids;
  std::vector<NextToken> out;
  for (const Told::Token& token : path.own.tokens) {
    auto told = model.complete(ask);
    if (!told) return told.error();
    if (told->tokens.empty() || told->tokens[0].top.empty()) return out;
    out.push_back({told->tokens[0].bytes, std::move(told->tokens[0].top)});
    ask.prompt += token.bytes;
    if (by_ids) ask.ids.push_back(*token.id);
  }
  return out;
}

Result<QualityPath> path_of(QualityEndpoint& model, std::string prompt, int tokens) {
  QualityPath out{std::move(prompt), {}, {}, {}};
  auto own = model.complete({.prompt = out.prompt, .max_tokens = tokens, .top = kTop});
  if (!own) return own.error();
  out.own = std::move(*own);
  out.ids = model.tokens_of(out.prompt);
  auto next = walk(model, out, has_ids(out));
  if (!next) return next.error();
  out.next = std::move(*next);
  return out;
}

// What is known of the two models' tokenizers.
struct Tokenizers {
  bool by_ids = true;   // every path was asked by ids
  bool differ = false;  // a prompt was cut in two ways
};

Result<void> compare_path(QualityEndpoint& model, int tokens, const QualityPath& path, bool first,
                          Tokenizers& cut, std::vector<ForcedPosition>& positions,
                          CandidateQuality& out) {
  const Ask alone{.prompt = path.prompt, .max_tokens = tokens};
  const auto free = model.complete(alone);
  if (!free) return free.error();
  out.divergence.push_back(first_divergence(path.own.text, free->text));
  if (first) {
    const auto again = model.complete(alone);
    if (!again) return again.error();
    if (again->text != free->text) out.limits.push_back(QualityLimit::candidate_changes);
  }
  bool by_ids = has_ids(path);
  if (by_ids) {
    const auto own = model.tokens_of(path.prompt);
    if (own && *own != *path.ids) cut.differ = true;
    by_ids = own && !cut.differ;
  }
  cut.by_ids = cut.by_ids && by_ids;
  const auto next = walk(model, path, by_ids);
  if (!next) return next.error();
  for (std::size_t i = 0; i < std::min(next->size(), path.next.size()); ++i) {
    const NextToken &theirs = (*next)[i], &ours = path.next[i];
    positions.push_back({ours.chosen, ours.top, theirs.top, theirs.chosen});
  }
  return {};
}

void add_sets(const QualityBaseline& base, const std::vector<bool>& right, CandidateQuality& out) {
  std::map<std::string, std::pair<std::vector<bool>, std::vector<bool>>> sets;
  for (std::size_t i = 0; i < base.tasks.size(); ++i) {
    const QualityTask& t = base.tasks[i];
    auto& [before, after] = sets[t.language.empty() ? t.set : t.set + "." + t.language];
    before.push_back(base.right[i]);
    after.push_back(right[i]);
  }
  for (const auto& [name, pair] : sets) out.by_set[name] = flips_of(pair.first, pair.second);
}

void add_limits(const QualityBaseline& base, const Tokenizers& cut, CandidateQuality& out) {
  std::size_t wanted = 0;
  for (const QualityPath& path : base.paths) {
    wanted += std::max<std::size_t>(path.own.tokens.size(), 1);
  }
  const Agreement& a = out.agreement;
  if (a.top1.of < wanted) out.limits.push_back(QualityLimit::no_chances);
  if (a.flat * 2 > a.top1.of) {
    out.limits.push_back(QualityLimit::flat);
  } else if (cut.differ || (!cut.by_ids && a.unlisted * 2 > a.top1.of)) {
    // By text, where tokens are cut otherwise the chosen ones are seldom among the candidate's.
    out.limits.push_back(QualityLimit::other_tokens);
  }
  if (!base.repeats) out.limits.push_back(QualityLimit::reference_changes);
  std::ranges::sort(out.limits);
}

}  // namespace

Result<QualityBaseline> ask_reference(QualityEndpoint& model, const QualityAmount& amount,
                                      std::vector<QualityTask> tasks) {
  QualityBaseline out;
  out.tasks = std::move(tasks);
  auto right = answer_all(model, out.tasks);
  if (!right) return right.error();
  out.right = std::move(*right);
  const std::size_t n = std::min(amount.prompts, out.tasks.size());
  for (std::size_t i = 0; i < n; ++i) {
    auto path = path_of(model, prompt_at(out.tasks, i, n).prompt, amount.tokens);
    if (!path) return path.error();
    if (i == 0) {
      const auto again = model.complete({.prompt = path->prompt, .max_tokens = amount.tokens});
      if (!again) return again.error();
      out.repeats = again->text == path->own.text;
    }
    out.paths.push_back(std::move(*path));
  }
  return out;
}

Result<CandidateQuality> ask_candidate(QualityEndpoint& model, const QualityAmount& amount,
                                       const QualityBaseline& base) {
  CandidateQuality out;
  out.name = model.name();
  std::vector<ForcedPosition> positions;
  Tokenizers cut;
  for (const QualityPath& path : base.paths) {
    const bool first = &path == &base.paths.front();
    const auto done = compare_path(model, amount.tokens, path, first, cut, positions, out);
    if (!done) return done.error();
  }
  out.by_ids = cut.by_ids;
  out.agreement = agreement_of(positions);
  const auto right = answer_all(model, base.tasks);
  if (!right) return right.error();
  out.flips = flips_of(base.right, *right);
  add_sets(base, *right, out);
  add_limits(base, cut, out);
  return out;
}

}  // namespace soakrig::app
