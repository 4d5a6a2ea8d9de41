// SPDX-License-Identifier: Apache-2.0
#include "results/report/parse_show_json.hpp"

#include "results/report/json_members.hpp"
#include "results/report/parse_show_figures.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

std::optional<std::int64_t> integer(std::optional<std::uint64_t> value) {
  return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
}

RunFacts parse_run(const Members& m) {
  RunFacts out;
  out.id = m.text("id");
  out.name = m.text("name");
  out.file = m.text("file");
  out.state = parse_run_state(m.text("state")).value_or(RunState::running);
  out.provenance = parse_provenance(m.text("provenance")).value_or(Provenance::measured);
  out.started_utc = m.utc("started");
  out.ended_utc = m.utc("ended");
  if (const auto s = m.number("planned_s"); s && *s >= 0 && *s < 9e9) {
    out.planned = from_seconds(*s);
  }
  const Members sequence = m.of(m.object("sequence"));
  out.sequence = {integer(sequence.count("nth")), integer(sequence.count("of")),
                  integer(sequence.count("aborted"))};
  return out;
}

WorkFigures parse_work(const Members& m) {
  WorkFigures out;
  out.name = m.text("name");
  out.kind = m.text("kind");
  out.unit = m.text("unit");
  out.peak = m.number("peak");
  out.peak_short = m.number("peak_short");
  out.sustained = m.number("sustained");
  out.sustained_ratio = m.number("sustained_ratio");
  out.retention = m.number("retention");
  out.stability = m.number("stability");
  out.p5 = m.number("p5");
  for (const auto& [name, value] : m.object("latency").items()) {
    const Members l = m.of(value);
    out.latency[name] = {l.text("unit"),
                         l.count("n").value_or(0),
                         l.number("p50").value_or(0),
                         l.number("p90").value_or(0),
                         l.number("p99").value_or(0),
                         l.number("max").value_or(0)};
  }
  out.steady_after_s = m.number("steady_after_s");
  out.time_to_throttle_s = m.number("time_to_throttle_s");
  out.j_per_work = m.number("j_per_work");
  out.lower = m.number("lower");
  out.upper = m.number("upper");
  out.sustained_over = m.interval("sustained_from", "sustained_to");
  out.sustained_rule = m.text("sustained_rule");
  out.shape = m.text("shape");
  out.power_w = m.number("power_w");
  out.j_per_work_lower = m.number("j_per_work_lower");
  out.j_per_work_upper = m.number("j_per_work_upper");
  out.samples = m.count("samples").value_or(0);
  return out;
}

PhaseFigures parse_phase(const Members& m) {
  PhaseFigures out;
  out.name = m.text("name");
  out.ambient = m.number("ambient");
  out.humidity = m.number("humidity");
  out.energy_j = m.number("energy_j");
  out.dwell = m.interval("dwell_from", "dwell_to");
  out.power = parse_power(m.object("power"), m);
  out.work = m.each("work", parse_work);
  return out;
}

Episode parse_episode(const Members& m) {
  Episode out;
  out.when = {m.run_time("start"), m.run_time("end")};
  out.cause = parse_cause(m.text("cause")).value_or(Cause::unknown);
  out.effect = m.text("effect");
  out.evidence = m.texts("evidence");
  out.lost_work = m.number("lost_work");
  out.workload = m.text("workload");
  out.speed_ratio = m.number("speed_ratio");
  out.worst_ratio = m.number("worst_ratio");
  out.flagged = m.flag("flagged");
  out.raw_events = m.count("raw_events").value_or(0);
  return out;
}

Incident parse_incident(const Members& m) {
  Incident out;
  out.at = m.run_time("at");
  out.kind = parse_incident_class(m.text("class")).value_or(IncidentClass::unknown_reset);
  out.blame = parse_blame(m.text("blame")).value_or(Blame::unknown);
  out.evidence = m.texts("evidence");
  out.recovered_after_s = m.number("recovered_after_s");
  out.workload = m.text("workload");
  return out;
}

ClaimResult parse_claim(const Members& m) {
  ClaimResult out;
  out.name = m.text("name");
  out.claimed = m.number("claimed").value_or(0);
  out.unit = m.text("unit");
  out.conditions = m.map("conditions");
  out.peak = m.number("peak");
  out.sustained = m.number("sustained");
  out.lower = m.number("lower");
  out.upper = m.number("upper");
  out.verdict = m.verdict().value_or(Verdict::inconclusive);
  out.reason = m.text("reason");
  if (const std::string bound = m.text("bound"); !bound.empty()) out.bound = bound;
  return out;
}

BoardJudgement parse_board(const Members& m) {
  BoardJudgement out;
  out.name = m.text("name");
  out.facts = m.map("facts");
  out.coverage = m.number("coverage");
  out.availability = m.number("availability");
  out.verdict = m.verdict();
  out.phases = m.each("phases", parse_phase);
  out.episodes = m.each("episodes", parse_episode);
  out.incidents = m.each("incidents", parse_incident);
  out.claims = m.each("claims", parse_claim);
  parse_figures(m, out);
  return out;
}

}  // namespace

Result<Judgement> parse_show_json(std::string_view text, const RunClock& clock) {
  const auto document = parse_document(text);
  if (!document) {
    return Error{Errc::corrupt,
                 "the run's judgement is not readable",
                 "the samples may still be: export them",
                 {},
                 0,
                 0};
  }
  const Members top(*document, clock);
  const Members run = top.of(top.object("run"));
  Judgement out;
  out.run = parse_run(run);
  out.verdict = run.verdict();
  out.reasons = run.texts("reasons");
  out.coverage = run.number("coverage");
  out.reliability = parse_reliability(top);
  out.boards = top.each("boards", parse_board);
  return out;
}

}  // namespace soakrig::report
