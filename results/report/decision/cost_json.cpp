// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/cost_json.hpp"

#include "results/report/decision/sentences.hpp"
#include "results/report/json_values.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

Json way_object(const CostOfWay& way) {
  Json out{{"requests_per_day", number(way.requests_per_day)},
           {"total", number(way.total)},
           {"per_million", number(way.per_million)},
           {"parts", Json::object()}};
  for (const CostPart& p : way.parts) out["parts"][std::string(p.name)] = number(p.cost);
  return out;
}

Json bounded_object(const Bounded& value) {
  return {{"value", number(value.value)},
          {"lower", number(value.lower)},
          {"upper", number(value.upper)}};
}

Json swing_object(const CostSwing& s) {
  return {{"input", std::string(s.input)},
          {"low", number(s.low)},
          {"high", number(s.high)},
          {"measured", s.measured},
          {"per_million_low", number(s.at_low)},
          {"per_million_high", number(s.at_high)},
          {"cheaper_low", std::string(to_string(s.cheaper_low))},
          {"cheaper_high", std::string(to_string(s.cheaper_high))}};
}

Json sentence_or_null(const std::optional<Said>& said) {
  return said ? Json(sentence(Language::en, *said)) : Json(nullptr);
}

Json answer_object(const CostInputs& in, const CostAnswer& a) {
  Json out{{"devices", number(in.devices)},
           {"sustained", bounded_object(in.tokens_per_s)},
           {"busy_power_w", bounded_object(in.busy_power_w)},
           {"availability", bounded_object(in.availability)},
           {"capacity_per_day", number(a.capacity_per_day)},
           {"demand_per_day", number(a.demand_per_day)},
           {"duty", number(a.duty)},
           {"edge", way_object(a.edge)},
           {"cloud", way_object(a.cloud)},
           {"hybrid", a.hybrid ? way_object(*a.hybrid) : Json(nullptr)},
           {"edge_per_million_best", number(a.best)},
           {"edge_per_million_worst", number(a.worst)},
           {"cheaper", std::string(to_string(a.cheaper))},
           {"break_even",
            {{"requests_per_day", number(a.break_even.requests_per_day)},
             {"requests_reason", sentence_or_null(a.break_even.requests_reason)},
             {"months", number(a.break_even.months)},
             {"months_reason", sentence_or_null(a.break_even.months_reason)}}},
           {"sensitivity", Json::array()}};
  for (const CostSwing& s : a.swings) out["sensitivity"].push_back(swing_object(s));
  return out;
}

}  // namespace

std::string cost_json(const CostSheet& sheet) {
  Json out{{"currency", sheet.plan.currency},
           {"years", number(sheet.plan.stated.years)},
           {"cloud", text_or_null(sheet.plan.cloud_name)},
           {"candidates", Json::array()},
           {"prices", Json::array()}};
  for (const CostCase& c : sheet.cases) {
    out["candidates"].push_back(
        {{"label", c.label},
         {"run", text_or_null(c.run)},
         {"board", c.board},
         {"provenance", c.provenance},
         {"phase", text_or_null(c.phase)},
         {"workload", text_or_null(c.workload)},
         {"missing", sentences(Language::en, c.missing)},
         {"notes", sentences(Language::en, c.notes)},
         {"answer", c.answer ? answer_object(c.inputs, *c.answer) : Json(nullptr)}});
  }
  for (const DatedPrice& p : sheet.plan.prices) {
    out["prices"].push_back({{"name", p.name},
                             {"value", p.value},
                             {"currency", p.currency},
                             {"date", p.date},
                             {"source", p.source}});
  }
  return dump(out);
}

}  // namespace soakrig::report
