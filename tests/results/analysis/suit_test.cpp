// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/suit.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

namespace {

CostAnswer priced(double edge, double cloud) {
  CostAnswer out;
  out.capacity_per_day = 1000;
  out.demand_per_day = 500;
  out.edge.per_million = edge;
  out.cloud.per_million = cloud;
  out.best = out.worst = edge;
  out.cheaper = edge < cloud ? Cheaper::edge : Cheaper::cloud;
  return out;
}

// Everything known, and everything fits everywhere.
SuitInputs open_site() {
  SuitInputs in;
  in.data_may_leave = true;
  in.latency_need = 1.0;
  in.edge_latency = 0.6;
  in.cloud_service_latency = 0.4;
  in.link_round_trip = 0.05;
  in.availability_need = 0.99;
  in.edge_availability = 0.999;
  in.link_availability = 0.995;
  in.cloud_availability = 0.999;
  in.cost = priced(1, 2);
  return in;
}

const SuitReason& reason(const SuitAnswer& a, std::string_view criterion) {
  const auto found = std::ranges::find(a.reasons, criterion, &SuitReason::criterion);
  REQUIRE(found != a.reasons.end());
  return *found;
}

// Among its lists of what is missing; "" is named by all.
bool names(const Said& why, const std::string& missing) {
  return missing.empty() || std::ranges::any_of(why.values, [&](const SaidValue& value) {
           const auto* list = std::get_if<std::vector<Said>>(&value);
           return list != nullptr && std::ranges::find(*list, missing, &Said::code) != list->end();
         });
}

}  // namespace

TEST_CASE("suit: where all fits the cheaper is the answer") {
  SuitInputs in = open_site();
  CHECK(suit(in).place == Place::edge);
  in.cost = priced(3, 2);
  CHECK(suit(in).place == Place::cloud);
  in.cost->hybrid = CostOfWay{};
  in.cost->hybrid->per_million = 1.5;
  CHECK(suit(in).place == Place::hybrid);
  in.cost->cheaper = Cheaper::undecided;
  const SuitAnswer open = suit(in);
  CHECK(open.place == Place::inconclusive);
  CHECK(open.why.code == "why_open");
}

TEST_CASE("suit: reasons come in their order") {
  const SuitAnswer a = suit(open_site());
  const std::vector<std::string_view> order{"data", "latency", "availability", "volume", "cost"};
  REQUIRE(a.reasons.size() == order.size());
  for (std::size_t i = 0; i < order.size(); ++i) CHECK(a.reasons[i].criterion == order[i]);
}

TEST_CASE("suit: data that stay leave only the edge, at any price") {
  SuitInputs in = open_site();
  in.data_may_leave = false;
  in.cost = priced(30, 2);
  CHECK(suit(in).place == Place::edge);
  in.edge_latency = 1.1;
  const SuitAnswer none = suit(in);
  CHECK(none.place == Place::none);
  CHECK_FALSE(reason(none, "latency").changes.empty());
}

TEST_CASE("suit: latency excludes what is too late; the request's way up is in it") {
  SuitInputs in = open_site();
  in.cost = priced(3, 2);
  in.cloud_service_latency = 0.94;
  CHECK(suit(in).place == Place::cloud);
  in.request_bits = 32000;
  in.link_bits_s = 1e6;
  CHECK(*cloud_latency(in) == Approx(0.94 + 0.05 + 0.032));
  CHECK(suit(in).place == Place::edge);
  in.latency_matters = false;
  CHECK(suit(in).place == Place::cloud);
}

TEST_CASE(
    "suit: what comes down for a request is in the latency, and missing where nobody knows how "
    "fast") {
  SuitInputs in = open_site();
  in.cost = priced(3, 2);
  in.answer_bits = 400'000;
  CHECK_FALSE(cloud_latency(in));
  const SuitAnswer open = suit(in);
  CHECK(open.place == Place::inconclusive);
  CHECK(names(open.why, "missing_down"));
  in.link_down_bits_s = 1e6;
  CHECK(*cloud_latency(in) == Approx(0.4 + 0.05 + 0.4));
  CHECK(suit(in).place == Place::cloud);
  in.link_down_bits_s = 5e5;
  CHECK(suit(in).place == Place::edge);
}

TEST_CASE("suit: two that are each too often away may do together") {
  SuitInputs in = open_site();
  in.availability_need = 0.9999;
  const SuitAnswer a = suit(in);
  CHECK(reason(a, "availability").edge == Fits::no);
  CHECK(reason(a, "availability").cloud == Fits::no);
  CHECK(a.place == Place::hybrid);
}

TEST_CASE("suit: more than the devices can serve is for both, and says how many it would take") {
  SuitInputs in = open_site();
  in.cost->demand_per_day = 2500;
  in.cloud_service_latency = 2;  // not the cloud alone, nor both
  const SuitAnswer a = suit(in);
  CHECK(a.place == Place::none);
  const Said& devices = reason(a, "volume").changes.front();
  CHECK(devices.code == "turn_devices");
  CHECK(*std::get<Figure>(devices.values[0]).value == 2.5);
}

TEST_CASE("suit: a missing input makes it inconclusive where the answer could turn on it") {
  struct {
    void (*take)(SuitInputs&);
    Place place;
    const char* missing;
  } const cases[]{
      {[](SuitInputs& in) { in.edge_latency.reset(); }, Place::inconclusive, "missing_ttft"},
      {[](SuitInputs& in) { in.edge_availability.reset(); }, Place::inconclusive,
       "missing_edge_availability"},
      {[](SuitInputs& in) { in.cost.reset(); }, Place::inconclusive, "missing_cost"},
      {[](SuitInputs& in) { in.latency_need.reset(); }, Place::inconclusive, "site.first_token"},
      // The edge is cheaper and fits: what is not known of the cloud does no harm.
      {[](SuitInputs& in) { in.data_may_leave.reset(); }, Place::edge, ""},
      {[](SuitInputs& in) { in.link_round_trip.reset(); }, Place::edge, ""},
  };
  for (const auto& c : cases) {
    SuitInputs in = open_site();
    c.take(in);
    const SuitAnswer a = suit(in);
    INFO(a.why.code);
    CHECK(a.place == c.place);
    CHECK(names(a.why, c.missing));
  }
  SuitInputs in = open_site();
  in.cost = priced(3, 2);
  in.data_may_leave.reset();
  CHECK(names(suit(in).why, "site.data_may_leave"));
  CHECK(suit(SuitInputs{}).place == Place::inconclusive);
}

TEST_CASE("suit: it says what would turn the cost") {
  SuitInputs in = open_site();
  in.cost->break_even.requests_per_day = 320.4;
  in.cost->swings.push_back(
      {"utilisation", 0.4, 0.6, false, 2.2, 0.9, Cheaper::cloud, Cheaper::edge});
  in.cost->swings.push_back({"price", 80, 120, false, 0.9, 1.1, Cheaper::edge, Cheaper::edge});
  const SuitAnswer a = suit(in);
  const auto& changes = reason(a, "cost").changes;
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].code == "turn_requests");
  CHECK(*std::get<Figure>(changes[0].values[0]).value == 321);
  CHECK(changes[1].code == "turn_input");
  CHECK(std::get<Word>(changes[1].values[0]).key == "utilisation");
  CHECK(*std::get<Figure>(changes[1].values[1]).value == 0.4);
  CHECK(std::get<Word>(changes[1].values[2]).key == "cloud");
}
