// SPDX-License-Identifier: Apache-2.0
//
// The sections of the text report, each from the part of the judgement that it shows. Pure, but for
// the view's loaders in the strips.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "results/report/text_report.hpp"

namespace soakrig::report {

// Escape sequences, or nothing at all where colour is off.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  [[nodiscard]] std::string operator()(std::string_view text, std::string_view code) const;
  // PASS in green, INCONCLUSIVE in yellow, anything else in red; "NO VERDICT" where there is none.
  [[nodiscard]] std::string verdict(const std::optional<Verdict>& verdict) const;
  [[nodiscard]] std::string bold(std::string_view text) const { return (*this)(text, "1"); }
  [[nodiscard]] std::string dim(std::string_view text) const { return (*this)(text, "2"); }
  [[nodiscard]] std::string warn(std::string_view text) const { return (*this)(text, "1;33"); }

 private:
  bool on_;
};

// A figure, or "-" where it is not known.
[[nodiscard]] std::string figure_or_dash(const std::optional<double>& value);

// Verdict, reasons, and what the run is: first of all.
// A bar across the terminal, so that nobody takes a model for a board; nothing for what was
// measured.
[[nodiscard]] std::string provenance_banner(Provenance provenance, const TextOptions& options);
[[nodiscard]] std::string head_section(const analysis::Judgement& judgement,
                                       const TextOptions& options);
// Claims against figures; empty without claims.
[[nodiscard]] std::string claims_section(const analysis::BoardJudgement& board,
                                         const TextOptions& options);
// The figures of every phase and workload, with their formulas.
[[nodiscard]] std::string phases_section(const analysis::BoardJudgement& board,
                                         const analysis::RunView& run, const TextOptions& options);
// Speed, temperature and phases over time.
// The sweeps of the run as tables: settings, speed, memory, energy.
[[nodiscard]] std::string sweeps_section(const analysis::BoardJudgement& board,
                                         const analysis::RunView& run);
[[nodiscard]] std::string strips_section(const analysis::RunView& run, const std::string& board,
                                         const TextOptions& options);
// Phases, episodes and incidents in order of time, with their evidence.
[[nodiscard]] std::string timeline_section(const analysis::BoardJudgement& board,
                                           const analysis::RunView& run,
                                           const TextOptions& options);

}  // namespace soakrig::report
