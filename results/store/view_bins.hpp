// SPDX-License-Identifier: Apache-2.0
//
// From condensed stretches of rows to the bins of a plot. Pure. Internal to results/store.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "results/store/view.hpp"

namespace soakrig::store {

// One row as a stretch of its own.
[[nodiscard]] ViewBin stretch_of(Nanos t, double value, State state);

// Adds the values, counts and flags of `more` to `bin`, whose times stay.
void merge(ViewBin& bin, const ViewBin& more);

// A step between two rows of a source that is more than this has rows missing in it; nothing for an
// irregular source (period 0).
[[nodiscard]] std::optional<Nanos> longest_step(Nanos period);

// Takes the stretches of [from, to] one after another and keeps none: a view of a day meets 30,000
// of them, and memory that grows and goes at each view costs more than all the rest. The stretches
// ascend, do not overlap and lie inside the range. An edge that would cut one moves to the nearer
// of its ends. longest: see longest_step.
class BinFiller {
 public:
  BinFiller(Nanos from, Nanos to, std::size_t most, std::optional<Nanos> longest);
  void add(const ViewBin& stretch);
  [[nodiscard]] std::vector<ViewBin> finish();

 private:
  void plan_edge();
  void open_bin(Nanos edge);

  Nanos from_, end_;
  std::uint64_t edges_ = 0, next_ = 1;    // how many bins are planned; the number of the next edge
  Nanos edge_ = 0;                        // of it, even
  std::optional<Nanos> longest_, after_;  // after_: the end of the stretch before
  std::vector<std::pair<Nanos, Nanos>> gaps_;
  std::vector<ViewBin> bins_;
};

[[nodiscard]] std::vector<ViewBin> fill_bins(Nanos from, Nanos to, std::size_t most,
                                             std::span<const ViewBin> stretches,
                                             std::optional<Nanos> longest);

}  // namespace soakrig::store
