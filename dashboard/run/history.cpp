// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/history.hpp"

#include <algorithm>

#include "dashboard/run/plots.hpp"
#include "results/report/parse_show_json.hpp"

namespace soakrig::dashboard {

HistoryRow history_row(const store::ArchivedRun& run,
                       const std::optional<store::Judgement>& judgement) {
  HistoryRow out;
  out.path = run.path;
  out.file = run.file;
  if (run.error) {
    out.error = run.error->message();
    return out;
  }
  out.id = run.header.id;
  out.name = run.header.name;
  out.started_utc = run.header.start_utc_ns;
  out.state = run.state;
  out.provenance = run.provenance;
  out.length = run.ended;
  if (!judgement || !is_over(run.state)) return out;
  out.verdict = judgement->verdict;
  const auto judged =
      report::parse_show_json(judgement->json, report::RunClock(run.header.start_utc_ns));
  if (!judged) return out;
  out.coverage = judged->coverage;
  for (const analysis::BoardJudgement& board : judged->boards) {
    out.boards += (out.boards.empty() ? "" : ", ") + board.name;
    out.episodes += board.episodes.size();
    out.incidents += board.incidents.size();
    for (const analysis::PhaseFigures& phase : board.phases) {
      for (const analysis::WorkFigures& work : phase.work) {
        if (!work.sustained || (!out.unit.empty() && work.unit != out.unit)) continue;
        out.unit = work.unit;
        out.sustained = work.sustained;
        out.retention = work.retention;
        if (work.peak && (!out.peak || *work.peak > *out.peak)) out.peak = work.peak;
      }
    }
  }
  return out;
}

std::vector<HistoryRow> history_rows(std::span<const HistoryRow> all, std::string_view filter) {
  std::vector<HistoryRow> out;
  for (const HistoryRow& row : all) {
    const std::string text =
        row.name + " " + row.boards + " " + row.id + " " + row.file + " " +
        (row.verdict ? std::string(to_string(*row.verdict)) : std::string("unjudged")) + " " +
        std::string(to_string(row.state)) + " " + std::string(to_string(row.provenance));
    if (!matching(std::span(&text, 1), filter, 1).empty()) out.push_back(row);
  }
  std::ranges::stable_sort(out, std::ranges::greater{}, &HistoryRow::started_utc);
  return out;
}

}  // namespace soakrig::dashboard
