// SPDX-License-Identifier: Apache-2.0
//
// The runs of an archive as rows of a table: what was judged of each. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/store/archive.hpp"

namespace soakrig::dashboard {

struct HistoryRow {
  std::string path, file, id, name, boards;
  std::optional<std::string> error;  // then only path and file are known
  Nanos started_utc = 0;
  std::optional<Nanos> length;
  RunState state = RunState::interrupted;
  Provenance provenance = Provenance::measured;
  std::optional<Verdict> verdict;
  std::optional<double> coverage, peak, sustained, retention;  // of the last phase that has one
  std::string unit;                                            // of the speeds
  std::size_t episodes = 0, incidents = 0;
};

// `judgement` is the run's own, whole: a listing keeps only a part of it. Absent: none is stored.
[[nodiscard]] HistoryRow history_row(const store::ArchivedRun& run,
                                     const std::optional<store::Judgement>& judgement);
// Newest first; those that contain every word of the filter in name, board, id, verdict or state.
[[nodiscard]] std::vector<HistoryRow> history_rows(std::span<const HistoryRow> all,
                                                   std::string_view filter);

}  // namespace soakrig::dashboard
