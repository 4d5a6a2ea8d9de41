// SPDX-License-Identifier: Apache-2.0
//
// The keys of `show --json` for claims and the wider figures: rules, changes, drifts, power,
// thermal model, derating, sweeps, reliability. Include in .cpp files only.
#pragma once

#include <optional>

#include "results/analysis/judgement.hpp"
#include "results/report/ordered_json.hpp"
#include "results/report/run_clock.hpp"

namespace soakrig::report {

// An element of `claims`.
[[nodiscard]] Json claim_object(const analysis::ClaimResult& claim);
[[nodiscard]] Json power_object(const std::optional<analysis::PowerFigures>& power);
[[nodiscard]] Json reliability_object(const std::optional<analysis::Reliability>& reliability);

// Adds `rules`, `changes`, `drifts`, `thermal`, `derating`, `sweeps` (the phases that `vary` made, as
// a table) and `reliability` to a board's object.
void add_figures(Json& board, const analysis::BoardJudgement& judgement,
                 const analysis::RunView& run, const RunClock& clock);

}  // namespace soakrig::report
