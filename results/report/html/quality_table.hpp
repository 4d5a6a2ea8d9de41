// SPDX-License-Identifier: Apache-2.0
//
// Quality while it was soaked: one row a phase and quality workload, with what each bar found.
// Empty where nobody asked. Pure but for reading the channels.
#pragma once

#include "results/analysis/judgement.hpp"
#include "results/analysis/run_view.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

[[nodiscard]] Markup quality_table(const analysis::RunView& run,
                                   const analysis::BoardJudgement& board, const Words& words);

}  // namespace soakrig::report
