// SPDX-License-Identifier: Apache-2.0
#include "results/report/show_figures.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "results/analysis/sweep.hpp"
#include "results/report/json_values.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

Json rule_object(const Finding& f, const RunClock& clock) {
  return {{"rule", text_or_null(f.rule)},
          {"name", text_or_null(f.name)},
          {"board", text_or_null(f.board)},
          {"phase", text_or_null(f.phase)},
          {"workload", text_or_null(f.workload)},
          {"verdict", std::string(to_string(f.verdict))},
          {"value", number(f.value)},
          {"lo", number(f.lo)},
          {"hi", number(f.hi)},
          {"bar", number(f.bar)},
          {"unit", text_or_null(f.unit)},
          {"reason", text_or_null(f.reason)},
          {"from", time_from(f.over, clock)},
          {"to", time_to(f.over, clock)},
          {"channel", text_or_null(f.channel)}};
}

Json change_object(const ChangePoint& c, const RunClock& clock) {
  return {{"phase", text_or_null(c.phase)},     {"workload", text_or_null(c.workload)},
          {"channel", text_or_null(c.channel)}, {"unit", text_or_null(c.unit)},
          {"at", clock.rfc3339(c.at)},          {"before", number(c.before)},
          {"after", number(c.after)},           {"change", number(c.change)}};
}

Json drift_object(const Drift& d, const RunClock& clock) {
  return {{"quantity", text_or_null(d.quantity)},
          {"phase", text_or_null(d.phase)},
          {"workload", text_or_null(d.workload)},
          {"channel", text_or_null(d.channel)},
          {"unit", text_or_null(d.unit)},
          {"from", clock.rfc3339(d.over.from)},
          {"to", clock.rfc3339(d.over.to)},
          {"level", number(d.level)},
          {"per_hour", number(d.per_hour)},
          {"lower", number(d.lower)},
          {"upper", number(d.upper)},
          {"direction", text_or_null(d.direction)},
          {"leak", d.leak}};
}

Json thermal_object(const ThermalFit& t, const RunClock& clock) {
  return {{"phase", text_or_null(t.phase)},
          {"from", clock.rfc3339(t.over.from)},
          {"to", clock.rfc3339(t.over.to)},
          {"refused", text_or_null(t.refused)},
          {"r1", number(t.r1)},
          {"tau1_s", number(t.tau1_s)},
          {"r2", number(t.r2)},
          {"tau2_s", number(t.tau2_s)},
          {"r_total", number(t.r_total)},
          {"rms", number(t.rms)},
          {"rise", number(t.rise)},
          {"ambient", number(t.ambient)},
          {"power_w", number(t.power_w)},
          {"power_per_k", number(t.power_per_k)},
          {"trip", number(t.trip)},
          {"hysteresis", number(t.hysteresis)},
          {"trip_from", text_or_null(t.trip_from)},
          {"critical_ambient", number(t.critical_ambient)},
          {"critical_refused", text_or_null(t.critical_refused)},
          {"note", text_or_null(t.note)}};
}

Json derating_object(const Derating& d) {
  Json out{{"workload", text_or_null(d.workload)}, {"unit", text_or_null(d.unit)},
           {"method", text_or_null(d.method)},     {"error", number(d.error)},
           {"refused", text_or_null(d.refused)},   {"points", Json::array()}};
  for (const DeratingPoint& p : d.points) {
    out["points"].push_back({{"ambient", number(p.ambient)},
                             {"sustained", number(p.sustained)},
                             {"lower", number(p.lower)},
                             {"upper", number(p.upper)},
                             {"measured", p.measured},
                             {"phase", text_or_null(p.phase)}});
  }
  return out;
}

Json sweep_object(const Sweep& sweep) {
  Json out{{"name", sweep.name}, {"settings", sweep.settings}, {"rows", Json::array()}};
  for (const SweepRow& row : sweep.rows) {
    const WorkFigures& w = row.work;
    out["rows"].push_back({{"phase", row.phase},
                           {"values", row.values},
                           {"ambient", number(row.ambient)},
                           {"workload", text_or_null(w.name)},
                           {"unit", text_or_null(w.unit)},
                           {"sustained", number(w.sustained)},
                           {"lower", number(w.lower)},
                           {"upper", number(w.upper)},
                           {"peak", number(w.peak)},
                           {"memory", number(row.memory)},
                           {"j_per_work", number(w.j_per_work)}});
  }
  return out;
}

// Without the run there is no memory, but still a table.
std::vector<Sweep> sweeps_of(const RunView& run, const BoardJudgement& board) {
  const auto view = std::ranges::find(run.boards, board.name, &BoardView::name);
  if (view == run.boards.end()) return find_sweeps(BoardView{}, board.phases);
  return find_sweeps(*view, board.phases);
}

}  // namespace

Json claim_object(const analysis::ClaimResult& c) {
  Json conditions = Json::object();
  for (const auto& [key, value] : c.conditions) {
    conditions[key] = key == "ambient" ? Json(std::strtod(value.c_str(), nullptr)) : Json(value);
  }
  return {{"name", c.name},
          {"claimed", c.claimed},
          {"unit", text_or_null(c.unit)},
          {"conditions", std::move(conditions)},
          {"peak", number(c.peak)},
          {"sustained", number(c.sustained)},
          {"lower", number(c.lower)},
          {"upper", number(c.upper)},
          {"verdict", std::string(to_string(c.verdict))},
          {"reason", text_or_null(c.reason)},
          {"bound", c.bound ? Json(*c.bound) : Json(nullptr)}};
}

Json power_object(const std::optional<PowerFigures>& power) {
  if (!power) return nullptr;
  return {{"channel", text_or_null(power->channel)},
          {"measuring_point", text_or_null(power->measuring_point)},
          {"source", text_or_null(power->source)},
          {"accuracy", number(power->accuracy)},
          {"mean_w", number(power->mean_w)},
          {"lower_w", number(power->lower_w)},
          {"upper_w", number(power->upper_w)},
          {"energy_j", number(power->energy_j)},
          {"lower_j", number(power->lower_j)},
          {"upper_j", number(power->upper_j)}};
}

Json reliability_object(const std::optional<Reliability>& reliability) {
  if (!reliability) return nullptr;
  Json out{{"unit_hours", number(reliability->unit_hours)},
           {"failures", reliability->failures},
           {"units", reliability->units},
           {"failed_units", reliability->failed_units},
           {"bounds", Json::array()}};
  for (const ReliabilityBound& b : reliability->bounds) {
    out["bounds"].push_back({{"name", text_or_null(b.name)},
                             {"confidence", number(b.confidence)},
                             {"lower", number(b.lower)},
                             {"upper", number(b.upper)},
                             {"formula", text_or_null(b.formula)},
                             {"not_proven", text_or_null(b.not_proven)}});
  }
  return out;
}

void add_figures(Json& board, const BoardJudgement& judgement, const RunView& run,
                 const RunClock& clock) {
  const auto list = [&](const char* key, const auto& items, auto object) {
    board[key] = Json::array();
    for (const auto& item : items) board[key].push_back(object(item));
  };
  list("rules", judgement.rules, [&](const Finding& f) { return rule_object(f, clock); });
  list("changes", judgement.changes, [&](const ChangePoint& c) { return change_object(c, clock); });
  list("drifts", judgement.drifts, [&](const Drift& d) { return drift_object(d, clock); });
  list("thermal", judgement.thermal, [&](const ThermalFit& t) { return thermal_object(t, clock); });
  list("derating", judgement.derating, derating_object);
  list("sweeps", sweeps_of(run, judgement), sweep_object);
  board["reliability"] = reliability_object(judgement.reliability);
}

}  // namespace soakrig::report
