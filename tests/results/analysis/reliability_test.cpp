// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/reliability.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

TEST_CASE("the bound of the mean time between failures") {
  // Without a failure: T / -ln(1 - C): 12 h of one board show 5.2 h at 90 %, of sixteen 83 h.
  CHECK(mtbf_lower(12, 0, 0.9) == Approx(12 / std::log(10.0)));
  CHECK(mtbf_lower(12, 0, 0.9) == Approx(5.2).epsilon(0.01));
  CHECK(mtbf_lower(12 * 16, 0, 0.9) == Approx(83).epsilon(0.01));
  CHECK(mtbf_lower(720, 0, 0.9) == Approx(312).epsilon(0.01));
  CHECK(mtbf_lower(1, 0, 0.6) == Approx(1 / 0.916).epsilon(0.001));
  // Two failures in 1000 h: 2000 / chi2(0.9; 6) = 2000 / 10.645.
  CHECK(mtbf_lower(1000, 2, 0.9) == Approx(2000 / 10.6446).epsilon(1e-4));
}

TEST_CASE("the success run") {
  CHECK(success_run(22, 0.9) >= 0.90);
  CHECK(success_run(21, 0.9) < 0.90);
  CHECK(success_run(45, 0.9) >= 0.95);
  CHECK(success_run(230, 0.9) >= 0.99);
  CHECK(success_run(299, 0.95) >= 0.99);
  CHECK(success_run(298, 0.95) < 0.99);
  CHECK(success_run(1, 0.9) == Approx(0.1));
}

TEST_CASE("Clopper-Pearson") {
  const ShareBounds none = clopper_pearson(0, 10, 0.95);
  CHECK(none.lower == 0);
  CHECK(none.upper == Approx(1 - std::pow(0.025, 0.1)));
  const ShareBounds all = clopper_pearson(10, 10, 0.95);
  CHECK(all.upper == 1);
  CHECK(all.lower == Approx(std::pow(0.025, 0.1)));
  const ShareBounds some = clopper_pearson(2, 20, 0.95);  // tabulated: 1.23 % to 31.70 %
  CHECK(some.lower == Approx(0.0123).epsilon(0.01));
  CHECK(some.upper == Approx(0.3170).epsilon(0.001));
}

TEST_CASE("every bound says what it does not prove; without hours there is none") {
  const auto one = reliability_of(12, 0, 1, 0);
  REQUIRE(one);
  REQUIRE(one->bounds.size() == 4);
  for (const ReliabilityBound& b : one->bounds) {
    CHECK_FALSE(b.formula.empty());
    CHECK_FALSE(b.not_proven.empty());
  }
  CHECK(one->bounds[0].not_proven.find("one board") != std::string::npos);
  CHECK(reliability_of(24, 1, 2, 1)->bounds.size() == 3);  // a unit failed: no success run
  CHECK_FALSE(reliability_of(0, 0, 1, 0));
  CHECK_FALSE(reliability_of(12, 0, 0, 0));
  CHECK_FALSE(reliability_of(12, 3, 1, 2));
}

TEST_CASE("a board's hours are those in which it worked, and its failures those that count") {
  Plant plant, other("b");
  plant.sensors(7200).work("chat", {}, 0, 3600).work("chat", {}, 4320, 7200);
  other.sensors(7200).work("chat", {}, 0, 7200);
  RunView run = make_run({plant.board(), other.board()}, {{"soak", 7200}});
  run.events.push_back(
      make_event(3600, "pi", event_kind::kIncident,
                 R"({"class":"workload-crash","blame":"board","workload":"chat"})"));
  run.events.push_back(make_event(4320, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"));
  run.events.push_back(
      make_event(5000, "b", event_kind::kIncident, R"({"class":"link-loss","blame":"rig"})"));
  const Judgement j = judge(run);
  REQUIRE(j.boards[0].reliability);
  CHECK(j.boards[0].reliability->unit_hours == Approx(1.8));  // 2 h less 0.2 h
  CHECK(j.boards[0].reliability->failures == 1);
  CHECK(j.boards[1].reliability->failures == 0);
  REQUIRE(j.reliability);
  CHECK(j.reliability->unit_hours == Approx(3.8));
  CHECK(j.reliability->units == 2);
  CHECK(j.reliability->failed_units == 1);
}
