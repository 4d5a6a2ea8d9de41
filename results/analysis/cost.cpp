// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include "rig/base/result.hpp"

namespace soakrig::analysis {

namespace {

constexpr double kDays = 365, kHours = 24 * kDays, kMonths = 12, kDaySeconds = 86400;

std::optional<double> per_million(double total, double requests, const CostInputs& in) {
  const double tokens = requests * kDays * in.years * in.answer_tokens;
  if (!(tokens > 0)) return std::nullopt;
  return total / tokens * 1e6;
}

CostOfWay sum_up(const CostInputs& in, double requests, std::vector<CostPart> parts) {
  CostOfWay out;
  out.requests_per_day = requests;
  for (const CostPart& p : parts) out.total += p.cost;
  out.per_million = per_million(out.total, requests, in);
  out.parts = std::move(parts);
  return out;
}

double duty_of(const CostInputs& in, double requests) {
  return requests * in.answer_tokens / (in.tokens_per_s.value * kDaySeconds * in.devices);
}

// What is paid before the first request.
double capital(const CostInputs& in) {
  return in.devices * (in.price * (1 + in.spares) + in.install);
}

double residual(const CostInputs& in) {
  if (!in.depreciation_years || *in.depreciation_years <= in.years) return 0;
  return in.devices * in.price * (1 - in.years / *in.depreciation_years);
}

double request_price(const CostInputs& in) {
  return (in.prompt_tokens * in.cloud_input + in.answer_tokens * in.cloud_output) / 1e6;
}

double served_per_day(const CostInputs& in) {
  const double most = capacity_per_day(in);
  return std::min(in.requests_per_day.value_or(most), most);
}

double edge_per_million(const CostInputs& in) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  return edge_cost(in, served_per_day(in)).per_million.value_or(kNever);
}

// Which is cheaper for the requests that the edge serves; never the edge where it serves none.
Cheaper cheaper_of(const CostInputs& in) {
  const double requests = served_per_day(in);
  if (!(requests > 0)) return Cheaper::cloud;
  return edge_cost(in, requests).total < cloud_cost(in, requests).total ? Cheaper::edge
                                                                        : Cheaper::cloud;
}

// The edge's total is a fixed part and one that grows with the requests; so is the cloud's.
BreakEven break_even_of(const CostInputs& in) {
  BreakEven out;
  const double most = capacity_per_day(in), requests = served_per_day(in);
  const double fixed = edge_cost(in, 0).total - cloud_cost(in, 0).total;
  const double saved = most > 0 ? (cloud_cost(in, most).total - cloud_cost(in, 0).total -
                                   edge_cost(in, most).total + edge_cost(in, 0).total) /
                                      most
                                : 0;
  if (fixed <= 0) {
    out.requests_per_day = 0;
    out.requests_reason = Said{"even_at_once"};
  } else if (!(saved > 0)) {
    out.requests_reason = Said{"even_never"};
  } else {
    out.requests_per_day = fixed / saved;
    if (*out.requests_per_day > most) {
      out.requests_reason = Said{"even_too_many", {Figure{std::floor(most), As::whole}}};
    }
  }
  const double months = in.years * kMonths;
  const double running = (edge_cost(in, requests).total - capital(in) + residual(in)) / months;
  const double gain = cloud_cost(in, requests).total / months - running;
  if (!(gain > 0)) {
    out.months_reason = Said{"even_running"};
  } else {
    out.months = capital(in) / gain;
    if (*out.months > months) out.months_reason = Said{"even_too_late"};
  }
  return out;
}

struct Input {
  std::string_view name;
  std::function<double*(CostInputs&)> at;                   // null = not there
  std::function<const Bounded*(const CostInputs&)> bounds;  // of a measured one
  double most = 0;                                          // of what it can be; 0 = no bound
};

template <class Member>
Input plain(std::string_view name, Member member, double most = 0) {
  return {name, [member](CostInputs& in) { return &(in.*member); }, nullptr, most};
}
Input bounded(std::string_view name, Bounded CostInputs::*member, double most = 0) {
  return {name, [member](CostInputs& in) { return &(in.*member).value; },
          [member](const CostInputs& in) { return &(in.*member); }, most};
}
Input optional(std::string_view name, std::optional<double> CostInputs::*member) {
  return {name,
          [member](CostInputs& in) {
            return (in.*member) ? &*(in.*member) : static_cast<double*>(nullptr);
          },
          nullptr, 0};
}

std::vector<Input> inputs() {
  return {bounded("tokens_per_s", &CostInputs::tokens_per_s),
          bounded("busy_power_w", &CostInputs::busy_power_w),
          bounded("availability", &CostInputs::availability, 1),
          bounded("failures_per_year", &CostInputs::failures_year),
          plain("price", &CostInputs::price),
          plain("install", &CostInputs::install),
          plain("field_visit", &CostInputs::visit),
          plain("field_visits_per_year", &CostInputs::visits_year),
          plain("connectivity", &CostInputs::connectivity_month),
          plain("operations", &CostInputs::operations_month),
          plain("updates", &CostInputs::updates_year),
          plain("spares", &CostInputs::spares),
          plain("energy", &CostInputs::energy_kwh),
          plain("idle_power_w", &CostInputs::idle_power_w),
          plain("cooling", &CostInputs::cooling),
          plain("utilisation", &CostInputs::utilisation, 1),
          plain("years", &CostInputs::years),
          optional("requests_per_day", &CostInputs::requests_per_day),
          optional("depreciation", &CostInputs::depreciation_years),
          plain("cloud_input", &CostInputs::cloud_input),
          plain("cloud_output", &CostInputs::cloud_output)};
}

std::vector<CostSwing> swings_of(const CostInputs& in, double swing) {
  std::vector<CostSwing> out;
  for (const Input& input : inputs()) {
    CostInputs moved = in;
    double* at = input.at(moved);
    if (at == nullptr || *at == 0) continue;
    CostSwing one;
    one.input = input.name;
    one.low = *at * (1 - swing);
    one.high = *at * (1 + swing);
    const Bounded* bounds = input.bounds ? input.bounds(in) : nullptr;
    if (bounds != nullptr && bounds->lower && bounds->upper) {
      one.measured = true;
      one.low = *bounds->lower;
      one.high = *bounds->upper;
    }
    if (input.most > 0) one.high = std::min(one.high, input.most);
    *at = one.low;
    one.at_low = edge_per_million(moved);
    one.cheaper_low = cheaper_of(moved);
    *at = one.high;
    one.at_high = edge_per_million(moved);
    one.cheaper_high = cheaper_of(moved);
    out.push_back(one);
  }
  std::ranges::stable_sort(out, std::greater{},
                           [](const CostSwing& s) { return std::abs(s.at_high - s.at_low); });
  return out;
}

// Every interval at the end that is good for the edge, or at its bad one.
CostInputs at_the_end(CostInputs in, bool good) {
  const auto move = [](Bounded& b, bool up) {
    if (b.lower && b.upper) b.value = up ? *b.upper : *b.lower;
  };
  move(in.tokens_per_s, good);
  move(in.availability, good);
  move(in.busy_power_w, !good);
  move(in.failures_year, !good);
  return in;
}

std::optional<CostOfWay> hybrid_of(const CostInputs& in, double demand) {
  if (!in.edge_share) return std::nullopt;
  const double at_edge = std::min(demand * *in.edge_share, capacity_per_day(in));
  const CostOfWay edge = edge_cost(in, at_edge), cloud = cloud_cost(in, demand - at_edge);
  return sum_up(in, demand, {{"edge", edge.total}, {"cloud", cloud.total}});
}

}  // namespace

std::string_view to_string(Cheaper way) {
  switch (way) {
    case Cheaper::edge:
      return "edge";
    case Cheaper::cloud:
      return "cloud";
    case Cheaper::undecided:
      break;
  }
  return "undecided";
}

double capacity_per_day(const CostInputs& in) {
  return in.tokens_per_s.value * in.utilisation * in.availability.value * kDaySeconds /
         in.answer_tokens * in.devices;
}

CostOfWay edge_cost(const CostInputs& in, double requests) {
  const double failures = in.failures_year.value * in.devices * in.years;
  const double spares = in.spares * in.devices;
  const double duty = duty_of(in, requests);
  const double watts = in.busy_power_w.value * duty + in.idle_power_w * (1 - duty);
  const double kwh = watts / 1000 * kHours * in.years * in.devices * in.cooling;
  const double months = in.devices * in.years * kMonths;
  return sum_up(in, requests,
                {{"devices", in.devices * in.price},
                 {"spares", spares * in.price},
                 {"replacements", std::max(0.0, failures - spares) * in.price},
                 {"install", in.devices * in.install},
                 {"energy", kwh * in.energy_kwh},
                 {"connectivity", months * in.connectivity_month},
                 {"field_visits", (failures + in.visits_year * in.devices * in.years) * in.visit},
                 {"operations", months * in.operations_month},
                 {"updates", in.devices * in.years * in.updates_year},
                 {"residual_value", -residual(in)}});
}

CostOfWay cloud_cost(const CostInputs& in, double requests) {
  return sum_up(in, requests,
                {{"tokens", requests * kDays * in.years * request_price(in)},
                 {"fixed", in.cloud_month * kMonths * in.years}});
}

CostAnswer cost_of(const CostInputs& in, double swing) {
  RIG_ASSERT(in.years > 0 && in.devices > 0 && in.answer_tokens > 0 && in.tokens_per_s.value > 0);
  RIG_ASSERT(swing > 0 && swing < 1);
  CostAnswer out;
  out.capacity_per_day = capacity_per_day(in);
  out.demand_per_day = in.requests_per_day.value_or(out.capacity_per_day);
  const double served = served_per_day(in);
  out.duty = duty_of(in, served);
  out.edge = edge_cost(in, served);
  out.cloud = cloud_cost(in, served);
  out.hybrid = hybrid_of(in, out.demand_per_day);
  const CostInputs good = at_the_end(in, true), bad = at_the_end(in, false);
  out.best = edge_per_million(good);
  out.worst = edge_per_million(bad);
  out.cheaper = cheaper_of(good) == cheaper_of(bad) ? cheaper_of(in) : Cheaper::undecided;
  out.break_even = break_even_of(in);
  out.swings = swings_of(in, swing);
  return out;
}

}  // namespace soakrig::analysis
