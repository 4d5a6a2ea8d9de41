// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "results/report/html/format.hpp"
#include "results/report/html/sections.hpp"
#include "results/report/html/xy_chart.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostRows = 100;

Markup derating_of(const PageInput& input, const Derating& d, const Words& words) {
  XyChart chart;
  chart.x_unit = "Cel";
  chart.y_unit = d.unit;
  chart.x_label = words.ambient;
  chart.title = words.derating;
  chart.banner = banner_of(input, words);
  XySeries series{d.workload, {}};
  for (const DeratingPoint& p : d.points) {
    series.points.push_back({p.ambient, p.sustained, p.lower, p.upper, p.measured,
                             value_text(p.ambient, "Cel") + ": " + value_text(p.sustained, d.unit) +
                                 " [" + interval_text(p.lower, p.upper) + "] " +
                                 std::string(p.measured ? words.measured : words.predicted) +
                                 (p.phase.empty() ? "" : ", " + p.phase)});
  }
  chart.series.push_back(std::move(series));
  Markup out = element("figure", draw(chart));
  if (!d.method.empty() || d.error) {
    out += element(
        "p", Markup(d.method) + (d.error ? "; ± " + value_text(d.error, d.unit) + " rms" : ""));
  }
  if (!d.refused.empty()) out += element("p", Markup(words.refused) + ": " + d.refused);
  return element("h3", Markup(d.workload)) + out;
}

Markup fit_of(const ThermalFit& t, const Words& words) {
  std::vector<std::pair<Markup, Markup>> facts;
  const auto add = [&](const char* name, const std::optional<double>& value,
                       std::string_view unit) {
    if (value) facts.emplace_back(name, value_text(value, unit));
  };
  facts.emplace_back(words.evidence,
                     format_duration(t.over.from) + " – " + format_duration(t.over.to));
  if (!t.refused.empty()) facts.emplace_back(words.refused, t.refused);
  add("R₁", t.r1, "K/W");
  add("τ₁", t.tau1_s, "s");
  add("R₂", t.r2, "K/W");
  add("τ₂", t.tau2_s, "s");
  add("R", t.r_total, "K/W");
  add("rms", t.rms, "K");
  add("ΔT", t.rise, "K");
  add("T_ambient", t.ambient, "Cel");
  add("a", t.power_w, "W");
  add("b", t.power_per_k, "W/K");
  add("T_trip", t.trip, "Cel");
  if (!t.trip_from.empty()) facts.emplace_back(Markup("T_trip ") + words.source, t.trip_from);
  add("T_ambient*", t.critical_ambient, "Cel");
  if (!t.critical_refused.empty()) {
    facts.emplace_back(Markup("T_ambient* ") + words.refused, t.critical_refused);
  }
  if (!t.note.empty()) facts.emplace_back(words.notes, t.note);
  return element("h3", Markup(words.thermal_fit) + " · " + t.phase) + fact_table(facts);
}

Markup changes_of(const BoardJudgement& board, const Words& words) {
  std::vector<Cells> rows;
  for (const ChangePoint& c : board.changes) {
    if (rows.size() >= kMostRows) break;
    rows.push_back({board.name, c.phase, c.workload.empty() ? c.channel : c.workload,
                    format_duration(c.at), value_text(c.before, c.unit),
                    value_text(c.after, c.unit), signed_percent(c.change)});
  }
  return table(
      {words.board, words.phase, words.workload, words.at, words.before, words.after, words.change},
      rows, 4);
}

Markup drifts_of(const BoardJudgement& board, const Words& words) {
  std::vector<Cells> rows;
  for (const Drift& d : board.drifts) {
    if (rows.size() >= kMostRows) break;
    rows.push_back({board.name, d.phase, d.workload.empty() ? d.channel : d.workload, d.quantity,
                    unit_text(d.unit), d.direction, value_text(d.level), value_text(d.per_hour),
                    interval_text(d.lower, d.upper)});
  }
  return table({words.board, words.phase, words.workload, words.quantity, words.unit,
                words.direction, words.level, words.per_hour, words.interval},
               rows, 6);
}

Markup reliability_of(const Reliability& r, const Words& words) {
  std::vector<Cells> rows;
  for (const ReliabilityBound& b : r.bounds) {
    rows.push_back({b.name, element("code", b.formula), b.not_proven, percent_text(b.confidence),
                    value_text(b.lower), value_text(b.upper)});
  }
  if (rows.empty()) return {};
  return element("p", fmt::format("{}: {}; {}: {}", words.unit_hours, value_text(r.unit_hours),
                                  words.failures, r.failures)) +
         table({words.quantity, words.formula, words.not_proven, words.confidence, "≥", "≤"}, rows,
               3);
}

}  // namespace

Markup behaviour_section(const PageInput& input, const Words& words) {
  Markup derating, fits, changes, drifts;
  for (const BoardJudgement& board : input.judgement.boards) {
    for (const Derating& d : board.derating) derating += derating_of(input, d, words);
    for (const ThermalFit& t : board.thermal) fits += fit_of(t, words);
    changes += changes_of(board, words);
    drifts += drifts_of(board, words);
  }
  if (!derating.empty()) derating += formula(words.derating_formula);
  if (!fits.empty()) fits += formula(words.thermal_formula);
  if (!changes.empty()) changes += formula(words.change_formula);
  if (!drifts.empty()) drifts += formula(words.drift_formula);
  const Markup reliability =
      input.judgement.reliability ? reliability_of(*input.judgement.reliability, words) : Markup{};
  return section(words.derating, derating) + section(words.thermal_fit, fits) +
         section(words.changes, changes) + section(words.drifts, drifts) +
         section(words.reliability, reliability);
}

}  // namespace soakrig::report
