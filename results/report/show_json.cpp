// SPDX-License-Identifier: Apache-2.0
#include "results/report/show_json.hpp"

#include <nlohmann/json.hpp>

#include "results/analysis/canary.hpp"
#include "results/report/json_values.hpp"
#include "results/report/show_figures.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

Json run_object(const Judgement& j) {
  const RunFacts& r = j.run;
  return {{"id", text_or_null(r.id)},
          {"name", text_or_null(r.name)},
          {"file", text_or_null(r.file)},
          {"state", std::string(to_string(r.state))},
          {"verdict", verdict_text(j.verdict)},
          {"reasons", j.reasons},
          {"provenance", std::string(to_string(r.provenance))},
          {"started", utc_text(r.started_utc)},
          {"ended", utc_text(r.ended_utc)},
          {"planned_s", r.planned ? Json(to_seconds(*r.planned)) : Json(nullptr)},
          {"coverage", number(j.coverage)},
          {"sequence",
           {{"nth", integer(r.sequence.nth)},
            {"of", integer(r.sequence.of)},
            {"aborted", integer(r.sequence.aborted)}}}};
}

Json latency_object(const std::map<std::string, LatencySummary>& latency) {
  Json out = Json::object();
  for (const auto& [name, l] : latency) {
    out[name] = {{"unit", l.unit},
                 {"n", l.n},
                 {"p50", l.p50},
                 {"p90", l.p90},
                 {"p99", l.p99},
                 {"max", l.max},
                 {"enough", {{"p90", l.p90_told()}, {"p99", l.p99_told()}}}};
  }
  return out;
}

// Every field of a workload but its name; of no workload: all null.
Json work_fields(const WorkFigures* w, const RunClock& clock) {
  static const WorkFigures kNone;
  const WorkFigures& f = w != nullptr ? *w : kNone;
  return {{"kind", text_or_null(f.kind)},
          {"unit", text_or_null(f.unit)},
          {"peak", number(f.peak)},
          {"peak_short", number(f.peak_short)},
          {"sustained", number(f.sustained)},
          {"sustained_ratio", number(f.sustained_ratio)},
          {"retention", number(f.retention)},
          {"stability", number(f.stability)},
          {"p5", number(f.p5)},
          {"latency", latency_object(f.latency)},
          {"steady_after_s", number(f.steady_after_s)},
          {"time_to_throttle_s", number(f.time_to_throttle_s)},
          {"j_per_work", number(f.j_per_work)},
          {"j_per_work_lower", number(f.j_per_work_lower)},
          {"j_per_work_upper", number(f.j_per_work_upper)},
          {"power_w", number(f.power_w)},
          {"lower", number(f.lower)},
          {"upper", number(f.upper)},
          {"sustained_from", time_from(f.sustained_over, clock)},
          {"sustained_to", time_to(f.sustained_over, clock)},
          {"sustained_rule", text_or_null(f.sustained_rule)},
          {"shape", text_or_null(f.shape)},
          {"samples", f.samples}};
}

// What the canaries found is in the run's events.
Json canary_object(const RunView& run, const std::string& board, const PhaseFigures& p,
                   const WorkFigures& w) {
  const auto canary = p.dwell ? canary_of(run.events, board, w.name, *p.dwell) : std::nullopt;
  if (!canary) return nullptr;
  return {{"off", text_or_null(canary->off)},
          {"accepted", canary->accepted ? Json(*canary->accepted) : Json(nullptr)},
          {"asked", canary->asked},
          {"same", canary->same},
          {"near_ties", canary->near_ties},
          {"suspected", canary->suspected},
          {"tokens", canary->tokens},
          {"upper_per_million", number(canary->upper_per_million())}};
}

Json phase_object(const PhaseFigures& p, const RunView& run, const std::string& board,
                  const RunClock& clock) {
  Json out{{"name", p.name},
           {"ambient", number(p.ambient)},
           {"humidity", number(p.humidity)},
           {"energy_j", number(p.energy_j)},
           {"dwell_from", time_from(p.dwell, clock)},
           {"dwell_to", time_to(p.dwell, clock)},
           {"power", power_object(p.power)}};
  out.update(work_fields(p.work.empty() ? nullptr : &p.work.front(), clock));
  out["canary"] = p.work.empty() ? Json(nullptr) : canary_object(run, board, p, p.work.front());
  out["work"] = Json::array();
  for (const WorkFigures& w : p.work) {
    Json one{{"name", w.name}};
    one.update(work_fields(&w, clock));
    one["canary"] = canary_object(run, board, p, w);
    out["work"].push_back(std::move(one));
  }
  return out;
}

Json board_object(const BoardJudgement& b, const RunView& run, const RunClock& clock) {
  Json out{{"name", b.name},
           {"facts", Json(b.facts)},
           {"coverage", number(b.coverage)},
           {"availability", number(b.availability)},
           {"verdict", verdict_text(b.verdict)},
           {"phases", Json::array()},
           {"episodes", Json::array()},
           {"incidents", Json::array()},
           {"claims", Json::array()}};
  for (const PhaseFigures& p : b.phases) out["phases"].push_back(phase_object(p, run, b.name, clock));
  for (const Episode& e : b.episodes) {
    out["episodes"].push_back({{"start", clock.rfc3339(e.when.from)},
                               {"end", clock.rfc3339(e.when.to)},
                               {"cause", std::string(to_string(e.cause))},
                               {"effect", text_or_null(e.effect)},
                               {"evidence", e.evidence},
                               {"lost_work", number(e.lost_work)},
                               {"workload", text_or_null(e.workload)},
                               {"speed_ratio", number(e.speed_ratio)},
                               {"worst_ratio", number(e.worst_ratio)},
                               {"flagged", e.flagged},
                               {"raw_events", e.raw_events}});
  }
  for (const Incident& i : b.incidents) {
    out["incidents"].push_back({{"at", clock.rfc3339(i.at)},
                                {"class", std::string(to_string(i.kind))},
                                {"blame", std::string(to_string(i.blame))},
                                {"evidence", i.evidence},
                                {"recovered_after_s", number(i.recovered_after_s)},
                                {"workload", text_or_null(i.workload)}});
  }
  for (const ClaimResult& c : b.claims) out["claims"].push_back(claim_object(c));
  add_figures(out, b, run, clock);
  return out;
}

Error no_document(const std::string& file) {
  return {Errc::corrupt,
          "the stored judgement is not readable",
          "the samples may still be: export them",
          file,
          0,
          0};
}

}  // namespace

std::string show_json(const Judgement& judgement, const RunView& run, const RunClock& clock) {
  Json out{{"run", run_object(judgement)},
           {"reliability", reliability_object(judgement.reliability)},
           {"boards", Json::array()}};
  for (const BoardJudgement& b : judgement.boards) {
    out["boards"].push_back(board_object(b, run, clock));
  }
  return dump(out);
}

std::string show_json(const Judgement& judgement, const RunClock& clock) {
  return show_json(judgement, RunView{}, clock);
}

std::string run_json(const Judgement& judgement, const std::optional<std::string>& error) {
  Json out = run_object(judgement);
  if (error) out["state"] = nullptr;
  if (error) out["provenance"] = nullptr;
  out["error"] = error ? Json(*error) : Json(nullptr);
  return dump(out);
}

Result<std::string> refresh_json(std::string_view stored, const RunFacts& now) {
  auto document = parse_document(stored);
  if (!document) return no_document(now.file);
  Json& run = (*document)["run"];
  run["file"] = now.file;
  run["state"] = std::string(to_string(now.state));
  run["ended"] = utc_text(now.ended_utc);
  return dump(*document);
}

Result<std::string> distrusted_json(std::string_view stored, const std::string& why) {
  auto document = parse_document(stored);
  if (!document) return no_document({});
  const std::string inconclusive(to_string(Verdict::inconclusive));
  Json& run = (*document)["run"];
  run["verdict"] = inconclusive;
  run["reasons"] = Json::array({why});
  for (Json& board : (*document)["boards"]) {
    if (!board.is_object()) continue;
    board["verdict"] = inconclusive;
    if (!board.contains("claims")) continue;
    for (Json& claim : board["claims"]) {
      if (!claim.is_object()) continue;
      claim["verdict"] = inconclusive;
      claim["reason"] = why;
    }
  }
  return dump(*document);
}

Result<std::string> only_board(std::string_view text, std::string_view board) {
  auto document = parse_document(text);
  if (!document) return no_document({});
  Json kept = Json::array();
  std::string names;
  for (Json& b : (*document)["boards"]) {
    if (!b.is_object()) continue;
    const std::string name = b.value("name", "");
    names += (names.empty() ? "" : ", ") + name;
    if (name == board) kept.push_back(std::move(b));
  }
  if (kept.empty()) {
    return Error{Errc::not_found,
                 "the run has no board '" + std::string(board) + "'",
                 names.empty() ? "it has none" : "it has " + names,
                 {},
                 0,
                 0};
  }
  (*document)["boards"] = std::move(kept);
  return dump(*document);
}

std::string pretty_json(std::string_view text) {
  const auto document = parse_ordered(text);
  if (!document) return std::string(text);
  return document->dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace soakrig::report
