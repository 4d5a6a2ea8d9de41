// SPDX-License-Identifier: Apache-2.0
// Also tests: limits.cpp
#include "results/analysis/coverage.hpp"

#include "results/analysis/limits.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

Plant healthy() {
  Plant plant;
  plant.sensors(1000).work("chat", {}, 0, 1000);
  return plant;
}

Coverage cover(const RunView& run, const std::vector<Interval>& down = {}) {
  return coverage_of(run, run.boards[0], down);
}

}  // namespace

TEST_CASE("a whole run has whole coverage; every need is listed") {
  const Coverage c = cover(make_run({healthy().board()}, {{"soak", 1000}}));
  CHECK(*c.ratio == 1);
  CHECK(c.channels.size() == 3);  // temperature, a signal, the work
}

TEST_CASE("coverage is the least valid share of the planned dwell") {
  Plant plant = healthy();
  plant.cut("soc.temperature", 400, 650);
  const RunView run = make_run({plant.board()}, {{"soak", 1000}});
  const Coverage c = cover(run);
  CHECK(*c.ratio == Approx(0.7515));  // the last sample before the gap holds for 2.5 periods
  CHECK(c.channels[0].what == "soc.temperature");
  CHECK(c.channels[0].problem == "valid for 75.15 % of the planned dwell");
  // The board was down then: unavailable, not unseen.
  CHECK(*cover(run, {{395 * kSecond, 655 * kSecond}}).ratio == 1);
}

TEST_CASE("a phase that was never reached is not covered") {
  RunView run = make_run({healthy().board()}, {{"soak", 1000}});
  run.spec.phases.push_back(run.spec.phases[0]);
  CHECK(*cover(run).ratio == Approx(0.5));
  run.spec.phases.clear();
  CHECK_FALSE(cover(run).ratio);
}

TEST_CASE("what is missing throughout has coverage 0 and is named, even if the board was down") {
  Plant plant;
  plant.channel("soc.temperature", "Cel", constant(50), 0, 1000).work("chat", {}, 0, 1000);
  const RunView run = make_run({plant.board()}, {{"soak", 1000}});
  const Coverage c = cover(run, {{0, 900 * kSecond}});
  CHECK(*c.ratio == 0);
  CHECK(c.channels[0].what == "a clock or limiter signal");
}

TEST_CASE("limits and claims name further channels") {
  RunView run = make_run({healthy().board()}, {{"soak", 1000}});
  run.spec.boards[0].limits = {{"npu.temperature", std::nullopt, 90, LimitAction::stop}};
  CHECK(cover(run).channels[0].what == "npu.temperature");
  CHECK(cover(run).channels[0].problem == "no valid data (no source offers it)");
  run.spec.boards[0].limits.clear();
  Claim claim;
  claim.name = "power_w";
  run.spec.boards[0].claims = {claim};
  CHECK(cover(run).channels.size() == 4);
  CHECK(*cover(run).ratio == 1);
}

TEST_CASE("a breach is three readings in a row; its worst value is told") {
  Plant plant = healthy();
  plant.cut("soc.temperature", 0, 1000)
      .channel(
          "soc.temperature", "Cel",
          [](double t) { return t == 50               ? 200.0
                                : t >= 500 && t < 504 ? 104 + (t - 500)
                                                      : 60.0; },
          0, 1000);
  RunView run = make_run({plant.board()}, {{"soak", 1000}});
  run.spec.boards[0].limits = {{"soc.temperature", std::nullopt, 103, LimitAction::stop}};
  const auto found = find_breaches(run, run.boards[0]);
  REQUIRE(found.size() == 1);
  CHECK(found[0].at == 500 * kSecond);
  CHECK_FALSE(found[0].of_rig);
  run.spec.boards[0].limits[0].max = 106;  // two readings above: not a breach
  CHECK(find_breaches(run, run.boards[0]).empty());
  run.spec.boards[0].limits = {{"soc.temperature", 70, std::nullopt, LimitAction::warn}};
  const auto below = find_breaches(run, run.boards[0]);
  REQUIRE(below.size() == 1);
  CHECK(below[0].value == 60);
  CHECK(below[0].words.find("soc.temperature 60 Cel < 70 Cel, first at 0.0 s") == 0);
}
