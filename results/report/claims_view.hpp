// SPDX-License-Identifier: Apache-2.0
//
// Claims beside what bounds the loads that ran: what `soakrig claims` prints, as text and as JSON
// (docs/formats/claims_json.md). Pure but for reading the clock's channel through the view.
#pragma once

#include <string>
#include <vector>

#include "results/analysis/board_bounds.hpp"
#include "results/analysis/judgement.hpp"
#include "results/report/text_report.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::report {

// One board of a run.
struct BoardClaims {
  const analysis::BoardJudgement* board = nullptr;  // of the judgement given
  const analysis::BoardView* view = nullptr;        // of the run given; null: it knows none
  analysis::BoardBounds bounds;
};

// Of every board of the judgement; those that the run does not know have no bounds. Both must
// outlive it.
[[nodiscard]] std::vector<BoardClaims> board_claims(const analysis::Judgement& judgement,
                                                    const analysis::RunView& run);

// {"boards":[…]}
[[nodiscard]] std::string claims_json(const std::vector<BoardClaims>& boards);
[[nodiscard]] std::string claims_text(const std::vector<BoardClaims>& boards,
                                      const analysis::Judgement& judgement,
                                      const TextOptions& options);

// The worst of the claims, pass without any. A load that took more than there is makes what would
// pass inconclusive: something measured is wrong.
[[nodiscard]] Verdict claims_verdict(const std::vector<BoardClaims>& boards);

}  // namespace soakrig::report
