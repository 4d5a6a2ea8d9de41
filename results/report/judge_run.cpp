// SPDX-License-Identifier: Apache-2.0
#include "results/report/judge_run.hpp"

#include <filesystem>
#include <system_error>

#include "results/analysis/judgement.hpp"
#include "results/report/load_run_view.hpp"
#include "results/report/show_json.hpp"
#include "results/store/verify.hpp"

namespace soakrig::report {
namespace {

constexpr std::uintmax_t kQuickBytes = std::uintmax_t{512} << 20;

// A stored judgement is worth what the records are that it stands on.
std::optional<std::string> what_is_altered(const store::Reader& reader) {
  const auto found = store::verify(reader.path(), compares_samples(reader)
                                                      ? store::Scope::everything
                                                      : store::Scope::but_samples);
  if (!found) return "the file cannot be verified: " + found.error().message();
  if (!found->altered) return std::nullopt;
  const auto& what = *found->altered;
  return "the file is not what was sealed: " + what.table + (what.row.empty() ? "" : " ") +
         what.row + " " + what.what;
}

}  // namespace

bool compares_samples(const store::Reader& reader) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(reader.path(), failed);
  return !failed && size <= kQuickBytes;
}

Result<Judged> judge_run(const store::Reader& reader) {
  auto loaded = load_run_view(reader);
  if (!loaded) return loaded.error();
  loaded->view.ended = true;
  if (!loaded->view.facts.ended_utc) {
    loaded->view.facts.ended_utc = loaded->clock.utc(loaded->view.now);
  }
  const analysis::Judgement judgement = analysis::judge(loaded->view);
  return Judged{judgement.verdict.value_or(Verdict::error),
                show_json(judgement, loaded->view, loaded->clock)};
}

Result<Shown> show_run(const store::Reader& reader) {
  const auto facts = load_run_facts(reader);
  if (!facts) return facts.error();
  if (is_over(facts->state)) {
    const auto stored = reader.judgement();
    if (!stored) return stored.error();
    if (*stored) {
      auto document = refresh_json((*stored)->json, *facts);
      if (!document) return document.error();
      if (const auto why = what_is_altered(reader)) {
        document = distrusted_json(*document, *why);
        if (!document) return document.error();
        return Shown{Verdict::inconclusive, std::move(*document)};
      }
      return Shown{(*stored)->verdict, std::move(*document)};
    }
  }
  const auto loaded = load_run_view(reader);
  if (!loaded) return loaded.error();
  const analysis::Judgement judgement = analysis::judge(loaded->view);
  return Shown{judgement.verdict, show_json(judgement, loaded->view, loaded->clock)};
}

}  // namespace soakrig::report
