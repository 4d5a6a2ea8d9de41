// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "results/analysis/board_bounds.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/roofline_chart.hpp"
#include "results/report/html/sections.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

std::string words_of_load(const LoadBound& load) {
  std::string out = load.result.words;
  if (!load.beside.empty()) out += " (" + load.beside + ")";
  return out;
}

}  // namespace

Markup bounds_section(const PageInput& input, const Words& words) {
  Markup out;
  for (const BoardJudgement& board : input.judgement.boards) {
    const auto view = std::ranges::find(input.view.boards, board.name, &BoardView::name);
    if (view == input.view.boards.end()) continue;
    const BoardBounds bounds = board_bounds(input.view, *view, board.phases);
    std::vector<std::pair<Markup, Markup>> facts;
    for (const LoadBound& load : bounds.loads) {
      if (!load.result.words.empty()) {
        facts.emplace_back(load.workload + " · " + load.phase, words_of_load(load));
      }
    }
    for (const PeakCheck& peak : bounds.peaks) {
      facts.emplace_back(peak.workload + " · " + peak.phase, peak.words);
    }
    for (const ClockCheck& clock : bounds.clocks) facts.emplace_back(words.clock, clock.words);
    if (facts.empty()) continue;
    if (input.judgement.boards.size() > 1) out += element("h3", board.name);
    out += fact_table(facts);
    const Markup picture = roofline_chart(bounds, banner_of(input, words), words);
    if (!picture.empty()) out += element("figure", picture);
  }
  if (out.empty()) return {};
  return section(words.bounds, out + formula(words.bounds_formula));
}

}  // namespace soakrig::report
