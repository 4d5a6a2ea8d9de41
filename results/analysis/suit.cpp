// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/suit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace soakrig::analysis {

namespace {

Fits within(const std::optional<double>& value, double most) {
  if (!value) return Fits::unknown;
  return *value <= most ? Fits::yes : Fits::no;
}
Fits reaches(const std::optional<double>& value, double least) {
  if (!value) return Fits::unknown;
  return *value >= least ? Fits::yes : Fits::no;
}
// Both must.
Fits both(Fits a, Fits b) {
  if (a == Fits::no || b == Fits::no) return Fits::no;
  return a == Fits::yes && b == Fits::yes ? Fits::yes : Fits::unknown;
}

Figure seconds(const std::optional<double>& s) { return {s, As::seconds}; }
Figure percent(const std::optional<double>& share) { return {share, As::percent}; }
Figure money(const std::optional<double>& amount) { return {amount, As::money}; }
Figure whole(double value) { return {value, As::whole}; }
Figure factor(double value) { return {value, As::factor}; }

void name_missing(SuitReason& out, bool missing, const char* what) {
  if (missing) out.missing.push_back({what});
}

SuitReason data_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "data";
  if (!in.data_may_leave) {
    out.cloud = out.hybrid = Fits::unknown;
    out.text = {{"data_unstated"}};
    out.missing = {{"site.data_may_leave"}};
  } else if (*in.data_may_leave) {
    out.text = {{"data_may_leave"}};
    out.changes = {{"turn_data_rule"}};
  } else {
    out.cloud = out.hybrid = Fits::no;
    out.text = {{"data_stay"}};
    out.changes = {{"turn_data_leave"}};
  }
  return out;
}

SuitReason latency_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "latency";
  if (!in.latency_matters) {
    out.text = {{"latency_any"}};
    return out;
  }
  if (!in.latency_need) {
    out.edge = out.cloud = out.hybrid = Fits::unknown;
    out.text = {{"latency_unstated"}};
    out.missing = {{"site.first_token"}};
    return out;
  }
  const auto cloud = cloud_latency(in);
  out.edge = within(in.edge_latency, *in.latency_need);
  out.cloud = within(cloud, *in.latency_need);
  out.hybrid = both(out.edge, out.cloud);
  out.text = {
      {"latency_figures", {seconds(in.latency_need), seconds(in.edge_latency), seconds(cloud)}}};
  if (cloud) out.text.push_back({"latency_of_cloud"});
  name_missing(out, !in.edge_latency, "missing_ttft");
  name_missing(out, !in.cloud_service_latency, "cloud.first_token_ms");
  name_missing(out, !in.link_round_trip, "missing_round_trip");
  name_missing(out, in.request_bits > 0 && !in.link_bits_s, "link.up_kbit_s");
  name_missing(out, in.answer_bits > 0 && !in.link_down_bits_s, "missing_down");
  if (out.edge == Fits::no) {
    out.changes.push_back(
        {"turn_sooner_edge",
         {factor(*in.edge_latency / *in.latency_need), seconds(in.edge_latency)}});
  }
  if (out.cloud == Fits::no) {
    out.changes.push_back({"turn_sooner_cloud", {seconds(in.latency_need)}});
  }
  if (out.cloud == Fits::yes) {
    out.changes.push_back({"turn_stricter", {seconds(cloud)}});
  }
  return out;
}

SuitReason availability_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "availability";
  if (!in.availability_need) {
    out.text = {{"availability_any"}};
    return out;
  }
  std::optional<double> cloud, joint;
  if (in.link_availability && in.cloud_availability) {
    cloud = *in.link_availability * *in.cloud_availability;
  }
  if (cloud && in.edge_availability) joint = 1 - (1 - *cloud) * (1 - *in.edge_availability);
  const double need = *in.availability_need;
  out.edge = reaches(in.edge_availability, need);
  out.cloud = reaches(cloud, need);
  // Either alone is enough.
  out.hybrid = joint                                             ? reaches(joint, need)
               : out.edge == Fits::yes || out.cloud == Fits::yes ? Fits::yes
                                                                 : Fits::unknown;
  out.text = {{"availability_figures",
               {percent(need), percent(in.edge_availability), percent(cloud), percent(joint)}}};
  name_missing(out, !in.edge_availability, "missing_edge_availability");
  name_missing(out, !in.link_availability, "missing_link_availability");
  name_missing(out, !in.cloud_availability, "cloud.availability");
  if (out.cloud == Fits::no && in.cloud_availability && *in.cloud_availability >= need) {
    out.changes.push_back({"turn_link_up", {percent(need / *in.cloud_availability)}});
  }
  if (out.edge == Fits::no) out.changes.push_back({"turn_second_device"});
  return out;
}

SuitReason volume_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "volume";
  if (!in.cost) {
    out.edge = Fits::unknown;
    out.text = {{"volume_unstated"}};
    out.missing = {{"missing_cost"}};
    return out;
  }
  const CostAnswer& cost = *in.cost;
  out.edge = cost.demand_per_day <= cost.capacity_per_day ? Fits::yes : Fits::no;
  out.text = {
      {"volume_figures", {whole(cost.demand_per_day), whole(std::floor(cost.capacity_per_day))}}};
  if (out.edge == Fits::no) {
    out.changes.push_back({"turn_devices", {factor(cost.demand_per_day / cost.capacity_per_day)}});
  }
  return out;
}

// Moved alone, these make the other one cheaper.
void add_turning_swings(const CostAnswer& cost, SuitReason& out) {
  for (const CostSwing& s : cost.swings) {
    if (s.cheaper_low == s.cheaper_high) continue;
    const bool low = s.cheaper_low != cost.cheaper;
    out.changes.push_back({"turn_input",
                           {Word{std::string(s.input)}, Figure{low ? s.low : s.high},
                            Word{std::string(to_string(low ? s.cheaper_low : s.cheaper_high))}}});
  }
}

SuitReason cost_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "cost";
  if (!in.cost) {
    out.text = {{"cost_unknown"}};
    out.missing = {{"missing_cost"}};
    return out;
  }
  const CostAnswer& cost = *in.cost;
  out.text = {{"cost_figures",
               {money(cost.edge.per_million), money(cost.best), money(cost.worst),
                money(cost.cloud.per_million)}}};
  if (cost.hybrid) out.text.push_back({"cost_split", {money(cost.hybrid->per_million)}});
  if (cost.cheaper == Cheaper::undecided) out.text.push_back({"cost_open"});
  if (cost.break_even.requests_per_day) {
    out.changes.push_back({"turn_requests", {whole(std::ceil(*cost.break_even.requests_per_day))}});
  }
  add_turning_swings(cost, out);
  return out;
}

struct Way {
  Place place;
  Fits SuitReason::*fits;
  std::optional<double> per_million;
};

// The worst of all criteria.
Fits over_all(const std::vector<SuitReason>& reasons, Fits SuitReason::*fits) {
  Fits out = Fits::yes;
  for (const SuitReason& r : reasons) out = both(out, r.*fits);
  return out;
}

std::vector<Way> ways_of(const SuitInputs& in) {
  std::vector<Way> out{{Place::edge, &SuitReason::edge, {}},
                       {Place::cloud, &SuitReason::cloud, {}},
                       {Place::hybrid, &SuitReason::hybrid, {}}};
  if (!in.cost) return out;
  out[0].per_million = in.cost->edge.per_million;
  out[1].per_million = in.cost->cloud.per_million;
  if (in.cost->hybrid) out[2].per_million = in.cost->hybrid->per_million;
  return out;
}

// Each once.
std::vector<Said> missing_of(const std::vector<SuitReason>& reasons) {
  std::vector<Said> out;
  for (const SuitReason& r : reasons) {
    for (const Said& m : r.missing) {
      if (std::ranges::find(out, m.code, &Said::code) == out.end()) out.push_back(m);
    }
  }
  return out;
}

// The edge and the cloud differ by less than the intervals say.
bool too_close(const std::vector<Way>& left, const SuitInputs& in) {
  const auto has = [&](Place p) { return std::ranges::find(left, p, &Way::place) != left.end(); };
  return in.cost && in.cost->cheaper == Cheaper::undecided && has(Place::edge) && has(Place::cloud);
}

void choose(const SuitInputs& in, SuitAnswer& out) {
  std::vector<Way> left;
  for (const Way& w : ways_of(in)) {
    if (over_all(out.reasons, w.fits) != Fits::no) left.push_back(w);
  }
  // A split is an answer of its own only where it is needed or priced.
  const bool alone = std::ranges::any_of(left, [&](const Way& w) {
    return w.place != Place::hybrid && over_all(out.reasons, w.fits) == Fits::yes;
  });
  if (alone) {
    std::erase_if(left, [](const Way& w) { return w.place == Place::hybrid && !w.per_million; });
  }
  if (left.empty()) {
    out.place = Place::none;
    out.why = {"why_none"};
    return;
  }
  if (left.size() > 1) {
    if (std::ranges::any_of(left, [](const Way& w) { return !w.per_million; })) {
      std::vector<Said> missing = missing_of(out.reasons);
      if (missing.empty()) missing = {{"missing_share"}};
      out.why = {"why_no_cost", {std::move(missing)}};
      return;
    }
    if (too_close(left, in)) {
      out.why = {"why_open"};
      return;
    }
  }
  const Way& best =
      *std::ranges::min_element(left, {}, [](const Way& w) { return w.per_million.value_or(0); });
  if (over_all(out.reasons, best.fits) == Fits::unknown) {
    out.why = {"why_unknown", {Word{std::string(to_string(best.place))}, missing_of(out.reasons)}};
    return;
  }
  out.place = best.place;
  out.why = {left.size() == 1 ? "why_only" : "why_cheapest"};
}

}  // namespace

std::string_view to_string(Fits fits) {
  constexpr std::array<std::string_view, 3> kNames{"yes", "no", "unknown"};
  return kNames[static_cast<std::size_t>(fits)];
}

std::string_view to_string(Place place) {
  constexpr std::array<std::string_view, 5> kNames{"edge", "cloud", "hybrid", "none",
                                                   "inconclusive"};
  return kNames[static_cast<std::size_t>(place)];
}

std::optional<double> cloud_latency(const SuitInputs& in) {
  if (!in.cloud_service_latency || !in.link_round_trip) return std::nullopt;
  double out = *in.cloud_service_latency + *in.link_round_trip;
  if (in.request_bits > 0) {
    if (!in.link_bits_s || !(*in.link_bits_s > 0)) return std::nullopt;
    out += in.request_bits / *in.link_bits_s;
  }
  if (in.answer_bits > 0) {
    if (!in.link_down_bits_s || !(*in.link_down_bits_s > 0)) return std::nullopt;
    out += in.answer_bits / *in.link_down_bits_s;
  }
  return out;
}

SuitAnswer suit(const SuitInputs& in) {
  SuitAnswer out;
  out.reasons = {data_reason(in), latency_reason(in), availability_reason(in), volume_reason(in),
                 cost_reason(in)};
  choose(in, out);
  return out;
}

}  // namespace soakrig::analysis
