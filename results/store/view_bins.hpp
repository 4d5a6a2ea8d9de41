// SPDX-License-Identifier: Apache-2.0
//
// From condensed stretches of rows to the bins of a plot. Pure. Internal to results/store.
#pragma once

#include <span>
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

// `stretches` ascend, do not overlap and lie inside [from, to]. An edge that would cut one moves to
// the nearer of its ends. longest: see longest_step.
[[nodiscard]] std::vector<ViewBin> fill_bins(Nanos from, Nanos to, std::size_t most,
                                             std::span<const ViewBin> stretches,
                                             std::optional<Nanos> longest);

}  // namespace soakrig::store
