// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "results/analysis/claims.hpp"
#include "results/report/html/board_chart.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/sections.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostPictures = 12;

// The finding of that claim, which names where its evidence lies.
const Finding* finding_of(const BoardJudgement& board, const ClaimResult& claim) {
  const auto found = std::ranges::find_if(
      board.rules, [&](const Finding& f) { return f.rule == "claim" && f.name == claim.name; });
  return found == board.rules.end() ? nullptr : &*found;
}

std::string conditions_of(const ClaimResult& claim) {
  std::string out;
  for (const auto& [key, value] : claim.conditions) {
    out += (out.empty() ? "" : "; ") + key + " " + value;
  }
  return out;
}

// The speed of the phase that decided, with what it is held against; nothing for another quantity.
Markup picture_of(const PageInput& input, const BoardJudgement& board, const ClaimResult& claim,
                  const Finding& finding, const Words& words) {
  if (!finding.over || finding.over->length() == 0) return {};
  const Nanos around = finding.over->length() / 4;
  const Interval range{std::max<Nanos>(0, finding.over->from - around),
                       std::min(input.view.now + 1, finding.over->to + around)};
  TimeChart chart = board_chart(input, board, range, words);
  if (chart.panels.empty()) return {};
  chart.shades.push_back({to_seconds(finding.over->from), to_seconds(finding.over->to), "sustained",
                          "", std::string(words.sustained)});
  const std::string per_second = claim.unit;
  for (Panel& panel : chart.panels) {
    if (panel.unit == per_second) {
      panel.levels.push_back({claim.claimed, std::string(words.claimed)});
    }
  }
  return element("figure", draw(chart));
}

}  // namespace

Markup claims_evidence(const PageInput& input, const Words& words) {
  Markup out;
  std::size_t drawn = 0;
  for (const BoardJudgement& board : input.judgement.boards) {
    for (const ClaimResult& claim : board.claims) {
      const Finding* finding = finding_of(board, claim);
      const std::string unit = claim.unit;
      std::vector<std::pair<Markup, Markup>> facts{
          {words.claimed, value_text(claim.claimed, unit)},
          {words.conditions, conditions_of(claim)},
          {words.peak, value_text(claim.peak, unit)},
          {words.sustained_with_interval,
           value_text(claim.sustained, unit) +
               (claim.lower && claim.upper ? "  [" + interval_text(claim.lower, claim.upper) + "]"
                                           : "")},
          {words.reason, claim.reason}};
      if (claim.bound) facts.emplace_back(words.bound, *claim.bound);
      if (finding != nullptr && finding->over) {
        std::string where =
            format_duration(finding->over->from) + " – " + format_duration(finding->over->to);
        for (const std::string& part : {finding->phase, finding->workload, finding->channel}) {
          if (!part.empty()) where += " · " + part;
        }
        facts.emplace_back(words.evidence, where);
      }
      out += element("h3", Markup(board.name) + " · " + Markup(claim.name) + " " +
                               verdict_mark(words, claim.verdict));
      out += fact_table(facts);
      if (finding != nullptr && drawn < kMostPictures) {
        const Markup picture = picture_of(input, board, claim, *finding, words);
        if (!picture.empty()) ++drawn;
        out += picture;
      }
    }
  }
  if (out.empty()) return {};
  return section(words.claim_evidence, out + formula(words.interval_formula));
}

}  // namespace soakrig::report
