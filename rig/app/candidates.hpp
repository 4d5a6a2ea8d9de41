// SPDX-License-Identifier: Apache-2.0
//
// Boards of stored runs, as compare, cost and suit take them: opened read-only, judged, labelled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "results/report/compare/comparison.hpp"
#include "results/report/html/page_input.hpp"
#include "rig/app/open_run.hpp"

namespace soakrig::app {

// Held as long as the candidates, which point into them. Not to be copied; moving is fine.
struct Candidates {
  std::vector<std::unique_ptr<OpenedRun>> runs;
  std::vector<std::unique_ptr<report::PageInput>> inputs;  // one a run
  std::vector<report::Candidate> list;                     // "night:pi", unique
};

// Of a run with several boards that names none.
enum class BoardChoice : std::uint8_t { only_one, all };

// RUN or RUN:BOARD each. With `only_one` a run of several boards is an error that asks for a name.
// Errc::invalid for more than kMostCandidates boards.
[[nodiscard]] Result<Candidates> open_candidates(const std::vector<std::string>& names,
                                                 const std::string& archive, BoardChoice choice);

}  // namespace soakrig::app
