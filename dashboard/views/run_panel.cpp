// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/run_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "dashboard/plot/unit_words.hpp"
#include "dashboard/plot/value_axis.hpp"

namespace soakrig::dashboard {
namespace {

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f} %", *share * 100) : std::string("–");
}

std::string number(const std::optional<double>& value) {
  return value ? value_with_unit(*value, "") : std::string("–");
}

std::string with_unit(const std::optional<double>& value, const std::string& unit) {
  return value ? value_with_unit(*value, unit) : std::string("–");
}

void draw_phases(TextFlow& flow, const analysis::BoardJudgement& board) {
  std::vector<std::vector<std::string>> rows;
  std::string unit;
  for (const analysis::PhaseFigures& phase : board.phases) {
    for (const analysis::WorkFigures& work : phase.work) {
      if (unit.empty()) unit = work.unit;
      if (work.unit != unit) continue;
      rows.push_back(
          {phase.name, number(work.peak), number(work.sustained), percent(work.stability)});
    }
  }
  if (rows.empty()) return;
  flow.heading("Speed, " + shown_unit(unit, 1).label);
  rows.insert(rows.begin(), {"phase", "peak", "sustained", "stability"});
  flow.table(rows, 0.2f);
}

void draw_claims(TextFlow& flow, const Theme& theme, const analysis::BoardJudgement& board) {
  if (board.claims.empty()) return;
  flow.heading("Claims");
  for (const analysis::ClaimResult& claim : board.claims) {
    flow.marked(marker_of(claim.verdict), colour_of(theme, claim.verdict),
                fmt::format("{}: {}", claim.name, to_string(claim.verdict)), TextStyle::normal);
    flow.wrapped(
        fmt::format("claimed {}, peak {}, sustained {}", value_with_unit(claim.claimed, claim.unit),
                    with_unit(claim.peak, claim.unit), with_unit(claim.sustained, claim.unit)),
        2, theme.dim);
    if (claim.verdict != Verdict::pass) flow.wrapped(with_unit_words(claim.reason), 2, theme.dim);
  }
}

void draw_trouble(TextFlow& flow, const Theme& theme, const analysis::BoardJudgement& board) {
  if (board.episodes.empty() && board.incidents.empty()) return;
  flow.heading("Throttling and incidents");
  std::map<std::string, std::pair<int, Nanos>> causes;
  for (const analysis::Episode& episode : board.episodes) {
    auto& [count, time] = causes[std::string(to_string(episode.cause))];
    ++count;
    time += episode.when.length();
  }
  for (const auto& [cause, sum] : causes) {
    flow.pair(fmt::format("{} × {}", sum.first, cause), length_text(sum.second));
  }
  std::map<std::string, int> incidents;
  for (const analysis::Incident& incident : board.incidents) {
    ++incidents[fmt::format("{} ({})", to_string(incident.kind), to_string(incident.blame))];
  }
  for (const auto& [kind, count] : incidents) {
    flow.line(fmt::format("{} × {}", count, kind), theme.bad);
  }
}

}  // namespace

StateLook look_of(const Theme& theme, RunState state) {
  switch (state) {
    case RunState::running:
      return {Marker::circle, theme.accent, "running"};
    case RunState::interrupted:
      return {Marker::triangle, theme.bad, "interrupted: its controller is gone"};
    case RunState::ended_unsealed:
      return {Marker::square, theme.warn, "ended, not sealed yet"};
    case RunState::sealed:
      break;
  }
  return {Marker::square, theme.dim, "sealed"};
}

void draw_run_panel(TextFlow& flow, const Theme& theme, const RunModel& run,
                    std::string_view board) {
  const analysis::BoardJudgement* judged = run.judged(board);
  const std::optional<Verdict> verdict = run.judgement ? run.judgement->verdict : std::nullopt;
  flow.marked(marker_of(verdict), colour_of(theme, verdict), word_of(verdict), TextStyle::title);
  const StateLook state = look_of(theme, run.state);
  flow.marked(state.marker, state.colour, state.text, TextStyle::normal);
  if (!run.not_judged.empty()) flow.wrapped("not judged: " + run.not_judged, 3, theme.dim);
  if (run.judgement) {
    std::size_t shown = 0;
    for (const std::string& reason : run.judgement->reasons) {
      if (++shown > 3) break;
      flow.wrapped("• " + with_unit_words(reason), 3);
    }
    if (run.judgement->reasons.size() > 3) {
      flow.line(fmt::format("and {} more", run.judgement->reasons.size() - 3), theme.dim,
                TextStyle::small);
    }
  }
  flow.heading("Run");
  if (run.boards.size() > 1) flow.pair("board", board);
  flow.pair("length", length_text(run.last));
  if (run.spec.planned > 0) flow.pair("planned", length_text(run.spec.planned));
  if (judged != nullptr) {
    flow.pair("coverage", percent(judged->coverage));
    flow.pair("availability", percent(judged->availability));
  }
  flow.pair("channels", std::to_string(run.channels.size()));
  if (!run.notes.notes.empty()) flow.pair("notes", std::to_string(run.notes.notes.size()));
  if (judged != nullptr) {
    draw_phases(flow, *judged);
    draw_claims(flow, theme, *judged);
    draw_trouble(flow, theme, *judged);
  }
  if (!run.problems.empty()) {
    flow.heading("Could not be read");
    for (const std::string& problem : run.problems) flow.wrapped(problem, 3, theme.bad);
  }
}

}  // namespace soakrig::dashboard
