// SPDX-License-Identifier: Apache-2.0
#include "results/report/judge_run.hpp"

#include "results/analysis/judgement.hpp"
#include "results/report/load_run_view.hpp"
#include "results/report/show_json.hpp"

namespace soakrig::report {

Result<Judged> judge_run(const store::Reader& reader) {
  auto loaded = load_run_view(reader);
  if (!loaded) return loaded.error();
  loaded->view.ended = true;
  if (!loaded->view.facts.ended_utc) {
    loaded->view.facts.ended_utc = loaded->clock.utc(loaded->view.now);
  }
  const analysis::Judgement judgement = analysis::judge(loaded->view);
  return Judged{judgement.verdict.value_or(Verdict::error), show_json(judgement, loaded->clock)};
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
      return Shown{(*stored)->verdict, std::move(*document)};
    }
  }
  const auto loaded = load_run_view(reader);
  if (!loaded) return loaded.error();
  const analysis::Judgement judgement = analysis::judge(loaded->view);
  return Shown{judgement.verdict, show_json(judgement, loaded->clock)};
}

}  // namespace soakrig::report
