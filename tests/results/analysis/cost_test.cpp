// SPDX-License-Identifier: Apache-2.0
//
// The worked examples of docs/formats/cost.md, and what must hold whatever the figures.
#include "results/analysis/cost.hpp"

#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"

using namespace soakrig::analysis;

namespace {

double cents(double v) { return std::round(v * 100) / 100; }

CostInputs one_device() {
  CostInputs in;
  in.years = 2;
  in.devices = 1;
  in.requests_per_day = 1000;
  in.prompt_tokens = 100;
  in.answer_tokens = 200;
  in.tokens_per_s = {20, {}, {}};
  in.busy_power_w = {10, {}, {}};
  in.availability = {1, {}, {}};
  in.price = 300;
  in.install = 50;
  in.idle_power_w = 2;
  in.energy_kwh = 0.30;
  in.cloud_input = 1;
  in.cloud_output = 4;
  return in;
}

const CostSwing& swing(const CostAnswer& a, std::string_view input) {
  const auto found = std::ranges::find(a.swings, input, &CostSwing::input);
  REQUIRE(found != a.swings.end());
  return *found;
}

}  // namespace

TEST_CASE("cost: one device by hand") {
  const CostAnswer a = cost_of(one_device(), 0.2);
  CHECK(cents(a.edge.total) == 365.38);
  CHECK(cents(*a.edge.per_million) == 2.50);
  CHECK(cents(a.cloud.total) == 657.00);
  CHECK(cents(*a.cloud.per_million) == 4.50);
  CHECK(*a.break_even.requests_per_day == Approx(552.82).epsilon(1e-4));
  CHECK_FALSE(a.break_even.requests_reason);
  CHECK(*a.break_even.months == Approx(13.0918).epsilon(1e-4));
  CHECK(a.cheaper == Cheaper::edge);
  CHECK_FALSE(a.hybrid);
  CHECK(a.capacity_per_day == Approx(8640));
}

TEST_CASE("cost: at the break-even both ways cost the same, to either side one is cheaper") {
  CostInputs in = one_device();
  const double even = *cost_of(in, 0.2).break_even.requests_per_day;
  CHECK(edge_cost(in, even).total == Approx(cloud_cost(in, even).total));
  in.requests_per_day = even * 0.99;
  CHECK(cost_of(in, 0.2).cheaper == Cheaper::cloud);
  in.requests_per_day = even * 1.01;
  CHECK(cost_of(in, 0.2).cheaper == Cheaper::edge);
}

TEST_CASE("cost: intervals decide, or say that they do not") {
  CostInputs in = one_device();
  in.requests_per_day.reset();  // all that it can serve: the speed counts
  in.cloud_output = 0.12;
  in.cloud_input = 0;
  const CostAnswer exact = cost_of(in, 0.2);
  CHECK(exact.best == exact.worst);
  CHECK(exact.cheaper != Cheaper::undecided);
  const double even = *exact.edge.per_million;
  in.cloud_output = even;  // as dear as the edge: any interval must leave it open
  in.tokens_per_s = {20, 19, 21};
  const CostAnswer open = cost_of(in, 0.2);
  CHECK(open.best < even);
  CHECK(open.worst > even);
  CHECK(open.cheaper == Cheaper::undecided);
}

TEST_CASE("cost: sensitivity moves one input, by its interval where it has one") {
  CostInputs in = one_device();
  in.tokens_per_s = {20, 18, 21};
  in.failures_year = {0.1, 0.05, 0.4};
  const CostAnswer a = cost_of(in, 0.2);
  const CostSwing& price = swing(a, "price");
  CHECK_FALSE(price.measured);
  CHECK(price.low == Approx(240));
  CHECK(price.high == Approx(360));
  CostInputs dearer = in;
  dearer.price = 360;
  CHECK(price.at_high == Approx(*cost_of(dearer, 0.2).edge.per_million));
  CHECK(price.at_low < *a.edge.per_million);
  const CostSwing& speed = swing(a, "tokens_per_s");
  CHECK(speed.measured);
  CHECK(speed.low == 18);
  CHECK(speed.high == 21);
  CHECK(speed.at_low > speed.at_high);  // slower is busy for longer
  CHECK(swing(a, "failures_per_year").measured);
  CHECK(swing(a, "availability").high == 1);  // never above all the time
  for (std::size_t i = 1; i < a.swings.size(); ++i) {
    CHECK(std::abs(a.swings[i - 1].at_high - a.swings[i - 1].at_low) >=
          std::abs(a.swings[i].at_high - a.swings[i].at_low));
  }
  for (const CostSwing& s : a.swings) CHECK(s.input != "connectivity");  // nothing is moved by 20 %
}

TEST_CASE("cost: what cannot be reached has a reason") {
  CostInputs in = one_device();
  in.cloud_input = 0;
  in.cloud_output = 0.01;
  const CostAnswer dear = cost_of(in, 0.2);
  CHECK_FALSE(dear.break_even.requests_per_day);
  REQUIRE(dear.break_even.requests_reason);
  CHECK_FALSE(dear.break_even.months);
  CHECK(dear.cheaper == Cheaper::cloud);
  in.cloud_output = 0.2;
  const CostAnswer many = cost_of(in, 0.2);
  CHECK(*many.break_even.requests_per_day > many.capacity_per_day);
  REQUIRE(many.break_even.requests_reason);
  CHECK(many.break_even.requests_reason->code == "even_too_many");
  in = one_device();
  in.cloud_month = 1000;
  CHECK(*cost_of(in, 0.2).break_even.requests_per_day == 0);
}

TEST_CASE("cost: devices serve no more than they can, and a split gives the rest away") {
  CostInputs in = one_device();
  in.requests_per_day = 10000;
  in.edge_share = 1;
  const CostAnswer a = cost_of(in, 0.2);
  CHECK(a.edge.requests_per_day == Approx(8640));
  CHECK(a.cloud.requests_per_day == Approx(8640));
  CHECK(a.duty == Approx(1));
  REQUIRE(a.hybrid);
  CHECK(a.hybrid->requests_per_day == Approx(10000));
  CHECK(a.hybrid->total == Approx(edge_cost(in, 8640).total + cloud_cost(in, 10000 - 8640).total));
}
