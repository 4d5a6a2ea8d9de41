// SPDX-License-Identifier: Apache-2.0
//
// Boards of stored runs side by side: the same quantities of the same phases, how far each is from
// the first candidate and how sure that is, what differs in their surroundings, and where they must
// not be compared at all. Pure: from judgements, not from files.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/analysis/judgement.hpp"

namespace soakrig::report {

inline constexpr std::size_t kMostCandidates = 8;
// A change smaller than this is not called a regression: steps of 2 % are found reliably.
inline constexpr double kLeastRegression = 0.02;

// One RUN:BOARD. Whoever makes it keeps what it points at.
struct Candidate {
  std::string label;  // unique among those compared
  const analysis::Judgement* run = nullptr;
  const analysis::BoardJudgement* board = nullptr;
  const RunSpec* spec = nullptr;
  std::string version;  // of the soakrig that recorded it
};

// A figure of one candidate and its distance from the first's: value / first - 1.
struct ComparedCell {
  std::optional<double> value, lower, upper;
  // The interval of delta: [lower / first.upper - 1, upper / first.lower - 1], so it is wide enough
  // whatever the two have in common. Absent where one of the intervals is.
  std::optional<double> delta, delta_lower, delta_upper;
  bool regressed = false;  // all of that interval is worse, and delta by kLeastRegression or more
};

struct ComparedRow {
  std::string phase, workload, quantity, unit;
  bool more_is_better = true;
  std::string refused;              // why there is no delta; empty = there is
  std::vector<ComparedCell> cells;  // one a candidate
};

struct FactRow {
  std::string key;
  std::vector<std::string> values;  // one a candidate; empty = unknown
};

struct Comparison {
  std::vector<ComparedRow> rows;
  std::vector<std::string> warnings;     // what to know before believing a difference
  std::vector<FactRow> environment;      // facts that are not the same for all
  std::vector<std::string> regressions;  // in words; empty = none
  std::string specimens;                 // how many different boards this is
  bool comparable = false;               // some phase and workload is common to two of them
};

// The first candidate is what the others are held against. At least two, at most kMostCandidates.
[[nodiscard]] Comparison compare(std::span<const Candidate> candidates);

}  // namespace soakrig::report
