// SPDX-License-Identifier: Apache-2.0
#include "results/report/parse_show_figures.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

Finding parse_rule(const Members& m) {
  Finding out;
  out.verdict = m.verdict().value_or(Verdict::inconclusive);
  out.reason = m.text("reason");
  out.rule = m.text("rule");
  out.name = m.text("name");
  out.board = m.text("board");
  out.phase = m.text("phase");
  out.workload = m.text("workload");
  out.value = m.number("value");
  out.lo = m.number("lo");
  out.hi = m.number("hi");
  out.bar = m.number("bar");
  out.unit = m.text("unit");
  out.over = m.interval("from", "to");
  out.channel = m.text("channel");
  return out;
}

ChangePoint parse_change(const Members& m) {
  return {m.text("phase"),
          m.text("workload"),
          m.text("channel"),
          m.text("unit"),
          m.run_time("at"),
          m.number("before").value_or(0),
          m.number("after").value_or(0),
          m.number("change").value_or(0)};
}

Drift parse_drift(const Members& m) {
  Drift out;
  out.quantity = m.text("quantity");
  out.phase = m.text("phase");
  out.workload = m.text("workload");
  out.channel = m.text("channel");
  out.unit = m.text("unit");
  out.over = m.interval("from", "to").value_or(Interval{});
  out.level = m.number("level").value_or(0);
  out.per_hour = m.number("per_hour").value_or(0);
  out.lower = m.number("lower");
  out.upper = m.number("upper");
  out.direction = m.text("direction");
  out.leak = m.flag("leak");
  return out;
}

ThermalFit parse_thermal(const Members& m) {
  ThermalFit out;
  out.phase = m.text("phase");
  out.over = m.interval("from", "to").value_or(Interval{});
  out.refused = m.text("refused");
  out.r1 = m.number("r1");
  out.tau1_s = m.number("tau1_s");
  out.r2 = m.number("r2");
  out.tau2_s = m.number("tau2_s");
  out.r_total = m.number("r_total");
  out.rms = m.number("rms");
  out.rise = m.number("rise");
  out.ambient = m.number("ambient");
  out.power_w = m.number("power_w");
  out.power_per_k = m.number("power_per_k");
  out.trip = m.number("trip");
  out.hysteresis = m.number("hysteresis");
  out.trip_from = m.text("trip_from");
  out.critical_ambient = m.number("critical_ambient");
  out.critical_refused = m.text("critical_refused");
  out.note = m.text("note");
  return out;
}

Derating parse_derating(const Members& m) {
  Derating out;
  out.workload = m.text("workload");
  out.unit = m.text("unit");
  out.method = m.text("method");
  out.error = m.number("error");
  out.refused = m.text("refused");
  for (const Json& point : m.list("points")) {
    const Members p = m.of(point);
    out.points.push_back({p.number("ambient").value_or(0), p.number("sustained").value_or(0),
                          p.number("lower"), p.number("upper"), p.flag("measured"),
                          p.text("phase")});
  }
  return out;
}

}  // namespace

std::optional<PowerFigures> parse_power(const Json& power, const Members& near) {
  if (power.empty()) return std::nullopt;
  const Members m = near.of(power);
  PowerFigures out;
  out.channel = m.text("channel");
  out.measuring_point = m.text("measuring_point");
  out.source = m.text("source");
  out.accuracy = m.number("accuracy");
  out.mean_w = m.number("mean_w");
  out.lower_w = m.number("lower_w");
  out.upper_w = m.number("upper_w");
  out.energy_j = m.number("energy_j");
  out.lower_j = m.number("lower_j");
  out.upper_j = m.number("upper_j");
  return out;
}

std::optional<Reliability> parse_reliability(const Members& owner) {
  const Json& object = owner.object("reliability");
  if (object.empty()) return std::nullopt;
  const Members m = owner.of(object);
  Reliability out;
  out.unit_hours = m.number("unit_hours").value_or(0);
  out.failures = m.count("failures").value_or(0);
  out.units = m.count("units").value_or(0);
  out.failed_units = m.count("failed_units").value_or(0);
  for (const Json& bound : m.list("bounds")) {
    const Members b = m.of(bound);
    out.bounds.push_back({b.text("name"), b.number("confidence").value_or(0), b.number("lower"),
                          b.number("upper"), b.text("formula"), b.text("not_proven")});
  }
  return out;
}

void parse_figures(const Members& board, BoardJudgement& out) {
  const auto list = [&](const char* key, auto& items, auto parse) {
    for (const Json& item : board.list(key)) items.push_back(parse(board.of(item)));
  };
  list("rules", out.rules, parse_rule);
  list("changes", out.changes, parse_change);
  list("drifts", out.drifts, parse_drift);
  list("thermal", out.thermal, parse_thermal);
  list("derating", out.derating, parse_derating);
  out.reliability = parse_reliability(board);
}

}  // namespace soakrig::report
