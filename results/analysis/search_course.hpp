// SPDX-License-Identifier: Apache-2.0
//
// How the searches of a run went (SearchRung): a plan holds every rung and every way back, of which
// a search runs only some. Pure.
#pragma once

#include <cstddef>
#include <set>

#include "results/analysis/run_view.hpp"

namespace soakrig::analysis {

// Indexes of RunSpec::phases.
struct SearchCourse {
  std::set<std::size_t> passed_over;  // that the search did without: nobody misses them
  std::set<std::size_t> cut_short;    // on which a board gave way: what was left was not to be run
};

// By the events that tell how each rung ended. What a search that was broken off never reached is
// in neither.
[[nodiscard]] SearchCourse search_course(const RunView& run);

}  // namespace soakrig::analysis
