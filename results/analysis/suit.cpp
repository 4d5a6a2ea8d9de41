// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/suit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

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

std::string seconds(const std::optional<double>& s) {
  return s ? fmt::format("{:.2f} s", *s) : std::string("unknown");
}
std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.4g} %", 100 * *share) : std::string("unknown");
}
void name_missing(SuitReason& out, bool missing, std::string_view what) {
  if (missing) out.missing.emplace_back(what);
}

SuitReason data_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "data";
  if (!in.data_may_leave) {
    out.cloud = out.hybrid = Fits::unknown;
    out.text = "whether the data may leave the site is not stated";
    out.missing.emplace_back("site.data_may_leave");
  } else if (*in.data_may_leave) {
    out.text = "the data may leave the site";
    out.changes.emplace_back("a rule that data stay at the site: then only the edge is left");
  } else {
    out.cloud = out.hybrid = Fits::no;
    out.text = "the data may not leave the site";
    out.changes.emplace_back("leave to send data away, or to send it without what is sensitive");
  }
  return out;
}

SuitReason latency_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "latency";
  if (!in.latency_matters) {
    out.text = "the site needs no particular latency";
    return out;
  }
  if (!in.latency_need) {
    out.edge = out.cloud = out.hybrid = Fits::unknown;
    out.text = "how soon the first token must come is not stated";
    out.missing.emplace_back("site.first_token");
    return out;
  }
  const auto cloud = cloud_latency(in);
  out.edge = within(in.edge_latency, *in.latency_need);
  out.cloud = within(cloud, *in.latency_need);
  out.hybrid = both(out.edge, out.cloud);
  out.text = fmt::format("first token needed within {}: edge {} (p90, measured), cloud {}",
                         seconds(in.latency_need), seconds(in.edge_latency), seconds(cloud));
  if (cloud) out.text += " (its own time + round trip + sending)";
  name_missing(out, !in.edge_latency, "the run's ttft");
  name_missing(out, !in.cloud_service_latency, "cloud.first_token_ms");
  name_missing(out, !in.link_round_trip, "link.round_trip_ms or link.trace");
  name_missing(out, in.request_bits > 0 && !in.link_bits_s, "link.up_kbit_s");
  if (out.edge == Fits::no) {
    out.changes.push_back(fmt::format("an edge that is {:.1f} times as soon, or a need of {}",
                                      *in.edge_latency / *in.latency_need,
                                      seconds(in.edge_latency)));
  }
  if (out.cloud == Fits::no) {
    out.changes.push_back("a cloud and link that answer within " + seconds(in.latency_need));
  }
  if (out.cloud == Fits::yes) {
    out.changes.push_back("a need below " + seconds(cloud) + ": then the cloud is too slow");
  }
  return out;
}

SuitReason availability_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "availability";
  if (!in.availability_need) {
    out.text = "the site states no availability that it needs";
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
  out.text =
      fmt::format("{} needed: edge {} (in the run), cloud {} (link x endpoint), either {}",
                  percent(need), percent(in.edge_availability), percent(cloud), percent(joint));
  name_missing(out, !in.edge_availability, "the run's availability");
  name_missing(out, !in.link_availability, "link.availability or link.trace");
  name_missing(out, !in.cloud_availability, "cloud.availability");
  if (out.cloud == Fits::no && in.cloud_availability && *in.cloud_availability >= need) {
    out.changes.push_back("a link that is up for " + percent(need / *in.cloud_availability));
  }
  if (out.edge == Fits::no) out.changes.emplace_back("a second device that stands in");
  return out;
}

SuitReason volume_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "volume";
  if (!in.cost) {
    out.edge = Fits::unknown;
    out.text = "how many requests come is not stated, or the run has no speed for it";
    out.missing.emplace_back("site.cost with all that it needs");
    return out;
  }
  const CostAnswer& cost = *in.cost;
  out.edge = cost.demand_per_day <= cost.capacity_per_day ? Fits::yes : Fits::no;
  out.text = fmt::format("{:.0f} requests a day, the devices can serve {:.0f}", cost.demand_per_day,
                         std::floor(cost.capacity_per_day));
  if (out.edge == Fits::no) {
    out.changes.push_back(
        fmt::format("{:.1f} times as many devices", cost.demand_per_day / cost.capacity_per_day));
  }
  return out;
}

// Moved alone, these make the other one cheaper.
void add_turning_swings(const CostAnswer& cost, SuitReason& out) {
  for (const CostSwing& s : cost.swings) {
    if (s.cheaper_low == s.cheaper_high) continue;
    const bool low = s.cheaper_low != cost.cheaper;
    out.changes.push_back(fmt::format("{} at {:.4g}: then {} is cheaper", s.input,
                                      low ? s.low : s.high,
                                      to_string(low ? s.cheaper_low : s.cheaper_high)));
  }
}

SuitReason cost_reason(const SuitInputs& in) {
  SuitReason out;
  out.criterion = "cost";
  if (!in.cost) {
    out.text = "no cost is known";
    out.missing.emplace_back("site.cost with all that it needs");
    return out;
  }
  const CostAnswer& cost = *in.cost;
  const auto amount = [](const std::optional<double>& v) {
    return v ? fmt::format("{:.2f}", *v) : std::string("unknown");
  };
  out.text = fmt::format("a million tokens cost {} at the edge [{:.2f}, {:.2f}], {} in the cloud",
                         amount(cost.edge.per_million), cost.best, cost.worst,
                         amount(cost.cloud.per_million));
  if (cost.hybrid) out.text += ", " + amount(cost.hybrid->per_million) + " split";
  if (cost.cheaper == Cheaper::undecided) out.text += ": the intervals leave it open";
  if (cost.break_even.requests_per_day) {
    out.changes.push_back(fmt::format("the edge is cheaper from {:.0f} requests a day on",
                                      std::ceil(*cost.break_even.requests_per_day)));
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

std::string missing_of(const std::vector<SuitReason>& reasons) {
  std::string out;
  for (const SuitReason& r : reasons) {
    for (const std::string& m : r.missing) {
      if (out.find(m) == std::string::npos) out += (out.empty() ? "" : ", ") + m;
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
    out.why = "every way is excluded";
    return;
  }
  if (left.size() > 1) {
    if (std::ranges::any_of(left, [](const Way& w) { return !w.per_million; })) {
      out.why = "more than one way is left and no cost decides; missing: " +
                (missing_of(out.reasons).empty() ? "hybrid.edge_share in the cost file"
                                                 : missing_of(out.reasons));
      return;
    }
    if (too_close(left, in)) {
      out.why = "edge and cloud are left, and the intervals do not say which is cheaper";
      return;
    }
  }
  const Way& best =
      *std::ranges::min_element(left, {}, [](const Way& w) { return w.per_million.value_or(0); });
  if (over_all(out.reasons, best.fits) == Fits::unknown) {
    out.why = std::string(to_string(best.place)) +
              " would be it, but it is not known whether it "
              "fits; missing: " +
              missing_of(out.reasons);
    return;
  }
  out.place = best.place;
  out.why = left.size() == 1 ? "it is the only way that is not excluded"
                             : "it is the cheapest of what is not excluded";
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
