// SPDX-License-Identifier: Apache-2.0
//
// The wider figures of a board in the text report: power and energy with the measuring point, steps
// and drifts, the thermal model and derating, and what the hours bound, each beside what it is not.
#pragma once

#include <string>

#include "results/analysis/judgement.hpp"
#include "results/report/text_sections.hpp"

namespace soakrig::report {

// Empty where there are none. At most twelve lines of a kind.
[[nodiscard]] std::string figures_section(const analysis::BoardJudgement& board,
                                          const TextOptions& options);

// What the engine's quality was in each phase; empty where nobody asked.
[[nodiscard]] std::string quality_section(const analysis::RunView& run, const std::string& board,
                                          const TextOptions& options);

// What the canary of each workload found, with its bound; empty where there is none.
[[nodiscard]] std::string canary_section(const analysis::RunView& run, const std::string& board,
                                         const TextOptions& options);

}  // namespace soakrig::report
