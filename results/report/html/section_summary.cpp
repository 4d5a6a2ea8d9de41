// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "results/analysis/claims.hpp"
#include "results/report/html/board_chart.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/sections.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostReasons = 8;
constexpr std::size_t kMostPictures = 8;  // boards whose whole run is drawn

Markup banner(const PageInput& input, const Words& words) {
  const Provenance provenance = input.judgement.run.provenance;
  if (provenance == Provenance::measured) return {};
  return element("p", {{"class", "provenance"}},
                 provenance == Provenance::simulated ? words.simulated_long : words.replayed_long);
}

Markup title(const PageInput& input, const Words& words) {
  const RunFacts& run = input.judgement.run;
  const Markup left = verdict_mark(words, input.judgement.verdict, run.state);
  std::string boards;
  for (const BoardJudgement& b : input.judgement.boards)
    boards += (boards.empty() ? "" : ", ") + b.name;
  const Markup right =
      element("h1", run.name) + element("p", {{"class", "sub"}},
                                        Markup(words.report) + " · " + Markup(run.id) + " · " +
                                            Markup(words.board) + " " + Markup(boards));
  return element("header", left + element("div", right));
}

Markup tile(std::string_view name, const std::string& value) {
  return element("div", {{"class", "tile"}}, element("b", value) + element("span", Markup(name)));
}

Markup tiles(const PageInput& input, const Words& words) {
  const Judgement& j = input.judgement;
  std::size_t episodes = 0, incidents = 0;
  std::optional<double> availability;
  for (const BoardJudgement& b : j.boards) {
    episodes += b.episodes.size();
    incidents += b.incidents.size();
    if (b.availability) availability = std::min(availability.value_or(1), *b.availability);
  }
  const std::string planned = j.run.planned ? format_duration(*j.run.planned) : "–";
  return element("div", {{"class", "tiles"}},
                 tile(words.coverage, percent_text(j.coverage)) +
                     tile(words.availability, percent_text(availability)) +
                     tile(words.episodes, std::to_string(episodes)) +
                     tile(words.incidents, std::to_string(incidents)) +
                     tile(words.elapsed, format_duration(input.view.now)) +
                     tile(words.planned, planned)) +
         element("p", {{"class", "sub"}},
                 Markup(words.started) + " " + utc_or_dash(j.run.started_utc) + " · " +
                     Markup(words.ended) + " " + utc_or_dash(j.run.ended_utc));
}

std::optional<double> margin_of(const ClaimResult& c) {
  const auto deciding = claims_at_least(c.name) ? c.lower : c.upper;
  if (!deciding || c.claimed == 0) return std::nullopt;
  return *deciding / c.claimed - 1;
}

// The first column names the board only where there are several.
void with_board(Cells& cells, const PageInput& input, const Markup& board) {
  if (input.judgement.boards.size() > 1) cells.insert(cells.begin(), board);
}

Markup claims_table(const PageInput& input, const Words& words) {
  Cells head{words.claim,    words.claimed, words.peak,   words.sustained,
             words.interval, words.margin,  words.verdict};
  with_board(head, input, words.board);
  std::vector<Cells> rows;
  for (const BoardJudgement& b : input.judgement.boards) {
    for (const ClaimResult& c : b.claims) {
      rows.push_back({Markup(c.name) + " " + element("i", unit_text(c.unit)), value_text(c.claimed),
                      value_text(c.peak), value_text(c.sustained), interval_text(c.lower, c.upper),
                      signed_percent(margin_of(c)), verdict_mark(words, c.verdict)});
      with_board(rows.back(), input, b.name);
    }
  }
  if (rows.empty()) return {};
  return element("h2", Markup(words.claims)) + table(head, rows, head.size() - 6) +
         formula(fmt::format(fmt::runtime(words.claim_formula), input.view.spec.rules.claim_min));
}

// Without claims: what was sustained, phase by phase.
Markup sustained_table(const PageInput& input, const Words& words) {
  Cells head{words.phase,    words.workload,  Markup(words.ambient) + " °C",
             words.peak,     words.sustained, words.interval,
             words.stability};
  with_board(head, input, words.board);
  std::vector<Cells> rows;
  for (const BoardJudgement& b : input.judgement.boards) {
    for (const PhaseFigures& p : b.phases) {
      for (const WorkFigures& w : p.work) {
        rows.push_back({p.name, Markup(w.name) + " " + element("i", unit_text(w.unit)),
                        value_text(p.ambient), value_text(w.peak), value_text(w.sustained),
                        interval_text(w.lower, w.upper), value_text(w.stability)});
        with_board(rows.back(), input, b.name);
      }
    }
  }
  if (rows.empty()) return element("p", Markup(words.no_phases));
  return element("p", Markup(words.no_claims)) + table(head, rows, head.size() - 5);
}

Markup reasons(const PageInput& input, const Words& words) {
  const RunState state = input.judgement.run.state;
  Markup out;
  if (state == RunState::interrupted) out += element("p", Markup(words.interrupted_says));
  if (state == RunState::running) out += element("p", Markup(words.running_says));
  return out + bullets(input.judgement.reasons, kMostReasons);
}

Markup pictures(const PageInput& input, const Words& words) {
  Markup out;
  std::size_t drawn = 0;
  for (const BoardJudgement& b : input.judgement.boards) {
    if (++drawn > kMostPictures) break;
    const Markup picture = draw(board_chart(input, b, whole_run(input), words));
    if (picture.empty()) continue;
    if (input.judgement.boards.size() > 1) {
      out += element("h3", Markup(b.name) + " " + verdict_mark(words, b.verdict));
    }
    out += element("figure", picture);
  }
  if (out.empty()) return {};
  return element("h2", Markup(words.whole_run)) + out + formula(words.strip_caption);
}

}  // namespace

Markup summary_section(const PageInput& input, const Words& words) {
  const Markup claims = claims_table(input, words);
  return element("section", {{"class", "first"}},
                 banner(input, words) + title(input, words) + reasons(input, words) +
                     (claims.empty() ? sustained_table(input, words) : claims) +
                     tiles(input, words) + formula(words.coverage_formula) +
                     pictures(input, words)) +
         Markup::trusted("\n");
}

}  // namespace soakrig::report
