// SPDX-License-Identifier: Apache-2.0
//
// Episodes: maximal intervals in which something held the board back, with the cause and the raw
// readings that say so (docs/definitions.md). Two kinds of evidence meet here: limiters that
// asserted, and speeds that stayed below their baseline. The raw assertions stay as they were; what
// lies at most a window apart and has one cause is one episode.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/analysis/baseline.hpp"
#include "results/analysis/judgement.hpp"
#include "results/analysis/limiters.hpp"

namespace soakrig::analysis {

inline constexpr double kSlowShare = 0.95;  // of the baseline: slower than this is an episode

// One workload in one phase against its baseline.
struct WorkloadTrace {
  std::string workload, unit;  // unit of the work: "{token}"
  Interval phase;
  Interval baseline_over;  // where the baseline was taken
  double baseline_speed = 0;
  std::vector<Cell> cells;
  std::vector<Interval> slow;  // speed below kSlowShare of its baseline
};

struct EpisodeInput {
  const BoardView* board = nullptr;
  std::span<const Assertion> assertions;
  std::span<const WorkloadTrace> traces;
  std::span<const Interval> restarts;  // times in which a workload was down or starting again
  VerdictRules rules;
};

// In order of time. Cause of a slow time: the limiter cause that asserted for most of it beyond how
// much it asserted in the baseline too (at least a fifth more); else contention, where steal was
// above steal_max or strangers had the CPU (contention.hpp); else workload, where its own restart
// explains it; else what clock, temperature and rails infer (inferred_cause.hpp); else unknown.
// Contention and memory-pressure limiters explain slowness but make no episode without it: load
// alone moves them.
[[nodiscard]] std::vector<Episode> find_episodes(const EpisodeInput& input);

}  // namespace soakrig::analysis
