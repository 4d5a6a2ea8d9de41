// SPDX-License-Identifier: Apache-2.0
#include "results/report/compare/compare_json.hpp"

#include "results/report/json_values.hpp"

namespace soakrig::report {

namespace {

Json candidate_object(const Candidate& c) {
  const analysis::RunFacts& run = c.run->run;
  return {{"label", c.label},
          {"run", text_or_null(run.id)},
          {"name", text_or_null(run.name)},
          {"board", c.board->name},
          {"file", text_or_null(run.file)},
          {"state", std::string(to_string(run.state))},
          {"verdict", verdict_text(c.board->verdict)},
          {"provenance", std::string(to_string(run.provenance))},
          {"coverage", number(c.board->coverage)}};
}

Json cell_object(const ComparedCell& c) {
  return {{"value", number(c.value)},
          {"lower", number(c.lower)},
          {"upper", number(c.upper)},
          {"delta", number(c.delta)},
          {"delta_lower", number(c.delta_lower)},
          {"delta_upper", number(c.delta_upper)},
          {"regressed", c.regressed}};
}

Json row_object(const ComparedRow& r) {
  Json out{{"phase", r.phase},
           {"workload", r.workload},
           {"quantity", r.quantity},
           {"unit", text_or_null(r.unit)},
           {"more_is_better", r.more_is_better},
           {"refused", text_or_null(r.refused)},
           {"cells", Json::array()}};
  for (const ComparedCell& c : r.cells) out["cells"].push_back(cell_object(c));
  return out;
}

Json requirement_object(const TickedRequirement& t) {
  Json out{{"name", t.requirement.name},
           {"value", t.requirement.value},
           {"unit", text_or_null(std::string(t.name.unit))},
           {"at_least", t.name.at_least},
           {"ambient", number(t.requirement.ambient)},
           {"workload", text_or_null(t.requirement.workload)},
           {"ticks", Json::array()}};
  for (const Tick& one : t.ticks) {
    out["ticks"].push_back({{"met", one.met == Verdict::pass   ? Json(true)
                                    : one.met == Verdict::fail ? Json(false)
                                                               : Json(nullptr)},
                            {"reason", text_or_null(one.reason)}});
  }
  return out;
}

}  // namespace

std::string compare_json(std::span<const Candidate> candidates, const Comparison& comparison,
                         std::span<const TickedRequirement> ticked, const std::string& choice) {
  Json out{{"candidates", Json::array()},           {"comparable", comparison.comparable},
           {"specimens", comparison.specimens},     {"warnings", comparison.warnings},
           {"regressions", comparison.regressions}, {"rows", Json::array()},
           {"environment", Json::array()},          {"requirements", Json::array()}};
  for (const Candidate& c : candidates) out["candidates"].push_back(candidate_object(c));
  for (const ComparedRow& r : comparison.rows) out["rows"].push_back(row_object(r));
  for (const FactRow& f : comparison.environment) {
    Json values = Json::array();
    for (const std::string& v : f.values) values.push_back(text_or_null(v));
    out["environment"].push_back({{"key", f.key}, {"values", std::move(values)}});
  }
  for (const TickedRequirement& t : ticked) out["requirements"].push_back(requirement_object(t));
  const auto chosen = parse_ordered(choice);
  out["choice"] = chosen ? *chosen : Json(nullptr);
  return dump(out);
}

}  // namespace soakrig::report
