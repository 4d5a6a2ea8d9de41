// SPDX-License-Identifier: Apache-2.0
// Also tests: run_view.cpp phase_times.cpp
#include "results/analysis/series.hpp"

#include "results/analysis/phase_times.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

ChannelView view_of(const Plant& plant, const std::string& name) {
  return *plant.board().find(name);
}

Interval seconds(double from, double to) { return {from_seconds(from), from_seconds(to)}; }

}  // namespace

TEST_CASE("intervals overlap, join and add up") {
  CHECK(overlap({0, 10}, {5, 20}) == Interval{5, 10});
  CHECK(overlap({0, 10}, {10, 20}).length() == 0);
  CHECK(joined({{20, 30}, {0, 10}, {9, 12}}) == std::vector<Interval>{{0, 12}, {20, 30}});
  CHECK(joined({{0, 10}, {14, 20}}, 4) == std::vector<Interval>{{0, 20}});
  CHECK(joined({{0, 10}, {15, 20}}, 4).size() == 2);
  const std::vector<Interval> others{{0, 5}, {8, 20}};
  CHECK(time_within({3, 10}, others) == 4);
}

TEST_CASE("valid time bridges one lost tick, not a gap, and never a bad reading") {
  Plant plant;
  plant.channel("x", "1", constant(1), 0, 100).cut("x", 10, 11).cut("x", 50, 70);
  const ChannelView x = view_of(plant, "x");
  CHECK(hold_time(x) == 2500 * kMillisecond);
  const auto valid = valid_intervals(x, seconds(0, 100));
  REQUIRE(valid.size() == 2);
  CHECK(valid[0] == seconds(0, 51.5));  // the sample at 49 s vouches for 2.5 s
  CHECK(valid[1] == seconds(70, 100));

  Series bad;
  for (int i = 0; i < 10; ++i) {
    bad.t.push_back(i * kSecond);
    bad.v.push_back(1);
    bad.states.push_back(i == 4 ? State::error : State::good);
  }
  plant.samples("y", "1", bad);
  const auto broken = valid_intervals(view_of(plant, "y"), seconds(0, 10));
  REQUIRE(broken.size() == 2);
  CHECK(broken[0] == seconds(0, 4));
  CHECK(broken[1] == seconds(5, 10));
}

TEST_CASE("summaries look at good samples only, many ranges in one pass") {
  Plant plant;
  plant.channel(
      "x", "1", [](double t) { return t; }, 0, 10);
  const ChannelView x = view_of(plant, "x");
  const auto s = summarise(x, seconds(2, 6));
  CHECK(s->first == 2);
  CHECK(s->last == 5);
  CHECK(s->mean == 3.5);
  CHECK(s->n == 4);
  const std::vector<Interval> ranges{seconds(0, 2), seconds(20, 30), seconds(1, 4)};
  const auto each = summarise_each(x, ranges);
  CHECK(each[0]->mean == 0.5);
  CHECK_FALSE(each[1]);
  CHECK(each[2]->max == 3);
}

TEST_CASE("an integral is exact for a ramp and unknown where too little was seen") {
  Plant plant;
  plant.channel(
      "p", "W", [](double t) { return 2 * t; }, 0, 11);
  const ChannelView p = view_of(plant, "p");
  CHECK(*integrate(p, seconds(0, 10), 0.99) == Approx(99));  // 81 + the last sample's hold of 18
  plant.cut("p", 3, 8);
  CHECK_FALSE(integrate(view_of(plant, "p"), seconds(0, 10), 0.99));
  CHECK_FALSE(integrate(p, seconds(5, 5), 0));
}

TEST_CASE("a phase under way ends where the data end") {
  RunView run;
  run.now = 50;
  PhaseView p;
  CHECK_FALSE(phase_of(run, p));
  CHECK_FALSE(dwell_of(run, p));
  p.begin = 10;
  p.dwell_begin = 20;
  CHECK(*phase_of(run, p) == Interval{10, 50});
  CHECK(*dwell_of(run, p) == Interval{20, 50});
  p.end = 40;
  CHECK(*dwell_of(run, p) == Interval{20, 40});
  p.dwell_end = 35;
  CHECK(*dwell_of(run, p) == Interval{20, 35});
}

TEST_CASE("a board's own channel comes before the rig's") {
  RunView run;
  Plant board, rig;
  board.channel("a", "1", constant(1), 0, 1);
  rig.channel("a", "1", constant(2), 0, 1).channel("b", "1", constant(3), 0, 1);
  run.boards = {board.board()};
  run.rig = rig.board().channels;
  CHECK(run.find(run.boards[0], "a")->load(0, kSecond).v == std::vector<double>{1});
  CHECK(run.find(run.boards[0], "b")->load(0, kSecond).v == std::vector<double>{3});
  CHECK(run.find(run.boards[0], "c") == nullptr);
}
