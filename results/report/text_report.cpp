// SPDX-License-Identifier: Apache-2.0
#include "results/report/text_report.hpp"

#include "results/report/text_figures.hpp"
#include "results/report/text_layout.hpp"
#include "results/report/text_sections.hpp"

namespace soakrig::report {

namespace {

std::string board_heading(const analysis::BoardJudgement& board, const TextOptions& options) {
  const Paint paint(options.colour);
  std::string out = "\n" + paint.bold("board " + printable(board.name)) + "   " +
                    paint.verdict(board.verdict) + "   coverage " + figure_or_dash(board.coverage) +
                    "   availability " + figure_or_dash(board.availability) + "\n";
  std::string facts;
  for (const char* key : {"model", "soc", "kernel", "governor", "power_mode"}) {
    const auto fact = board.facts.find(key);
    if (fact == board.facts.end() || fact->second.empty()) continue;
    facts += (facts.empty() ? "" : " · ") + printable(fact->second);
  }
  if (!facts.empty()) out += wrap(facts, options.width, "  ", "  ");
  return out;
}

}  // namespace

std::string text_report(const analysis::Judgement& judgement, const analysis::RunView& run,
                        const TextOptions& options) {
  std::string out = head_section(judgement, options);
  for (const analysis::BoardJudgement& board : judgement.boards) {
    out += board_heading(board, options);
    out += claims_section(board, options);
    out += phases_section(board, run, options) + sweeps_section(board, run);
    out += figures_section(board, options);
    out += canary_section(run, board.name, options);
    out += quality_section(run, board.name, options);
    out += strips_section(run, board.name, options);
    out += timeline_section(board, run, options);
  }
  out += "\nfile: " + printable(judgement.run.file) + "\n";
  for (std::size_t i = 0; i < options.next.size(); ++i) {
    out += (i == 0 ? "next: " : "      ") + printable(options.next[i]) + "\n";
  }
  return out;
}

}  // namespace soakrig::report
