// SPDX-License-Identifier: Apache-2.0
// Also tests: windows.cpp
#include "results/analysis/progress.hpp"

#include "results/analysis/windows.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr Interval kAll{0, kHour};

Progress load(const Plant& plant, const Interval& range = kAll, Nanos gap = 10 * kMinute) {
  return load_progress(plant.board(), "chat", "tokens", range, gap);
}

}  // namespace

TEST_CASE("progress is read with the busy time of its own kind") {
  Plant plant;
  plant.work("chat", {}, 0, 60);
  const Progress p = load(plant);
  CHECK(p.own_busy);
  REQUIRE(p.stretches.size() == 1);
  CHECK(p.stretches[0].back().busy == Approx(p.stretches[0].back().work / 20));
  Load shared;
  shared.own_busy = false;
  Plant other;
  other.work("chat", shared, 0, 60);
  CHECK_FALSE(load(other).own_busy);
  CHECK(load_progress(other.board(), "nobody", "tokens", kAll, kHour).rows == 0);
}

TEST_CASE("a new instance, falling totals and a long silence break progress") {
  Plant restarted;
  restarted.work("chat", {}, 0, 60).work("chat", {}, 65, 120);
  CHECK(load(restarted).stretches.size() == 2);
  Plant silent;
  silent.work("chat", {}, 0, 1800);
  CHECK(load(silent).stretches.size() == 1);
  for (const char* key : {"tokens", "tokens_busy", "busy", "cycle", "instance"}) {
    silent.cut(std::string("work.chat.") + key, 300, 1000);
  }
  CHECK(load(silent).stretches.size() == 2);
  CHECK(load(silent, kAll, kHour).stretches.size() == 1);
}

TEST_CASE("a row that lacks one of its channels is left out") {
  Plant plant;
  plant.work("chat", {}, 0, 60);
  const std::size_t whole = load(plant).rows;
  plant.cut("work.chat.cycle", 10, 20);
  CHECK(load(plant).rows < whole);
}

TEST_CASE("whole cycles hold exactly their work; what lies across an edge is left out") {
  Plant plant;
  plant.work("chat", {}, 0, 60);  // cycles of 2.2 s, 40 tokens
  const auto all = whole_cycles(load(plant), kAll);
  REQUIRE(all.size() == 27);
  for (const Cycle& c : all) {
    CHECK(c.work == 40);
    CHECK(c.busy == Approx(2));
  }
  CHECK(all.front().when.from <= from_seconds(0.2));  // an instance's first cycle counts
  const Interval middle{from_seconds(10), from_seconds(20)};
  const auto some = whole_cycles(load(plant, middle), middle);
  REQUIRE(some.size() == 4);  // 11 to 13.2, 15.4, 17.6 and 19.8 s
  CHECK(some.front().when.from >= middle.from);
  CHECK(some.back().when.to <= middle.to);
}

TEST_CASE("a restart inside a cycle loses that cycle and no other") {
  Plant plant;
  plant.work("chat", {}, 0, 12).work("chat", {}, 15, 30);
  const auto cycles = whole_cycles(load(plant), kAll);
  CHECK(cycles.size() == 5 + 6);
  for (const Cycle& c : cycles) CHECK(c.work == 40);
}

TEST_CASE("windows take whole cycles until they are full") {
  std::vector<Cycle> cycles;
  for (int i = 0; i < 10; ++i) {
    cycles.push_back({{i * 7 * kSecond, (i + 1) * 7 * kSecond}, 14, 7, 1});
  }
  const auto windows = tile(cycles, 20 * kSecond);
  REQUIRE(windows.size() == 3);  // 3 cycles of 7 s each; the tenth fills none
  CHECK(windows[0].when == Interval{0, 21 * kSecond});
  CHECK(windows[0].speed() == 2);
  CHECK(windows[0].cycles == 3);
  CHECK(tile(cycles, 7 * kSecond).size() == 10);
  CHECK(tile(cycles, 80 * kSecond).empty());
  CHECK(inside(windows, {kSecond, 50 * kSecond}).size() == 1);
}

TEST_CASE("a pause longer than a window ends it; idle time does not slow it") {
  std::vector<Cycle> cycles{{{0, 10 * kSecond}, 10, 10, 1},
                            {{50 * kSecond, 60 * kSecond}, 10, 10, 1},
                            {{60 * kSecond, 70 * kSecond}, 10, 10, 1}};
  const auto windows = tile(cycles, 20 * kSecond);
  REQUIRE(windows.size() == 1);
  CHECK(windows[0].when.from == 50 * kSecond);
  // 10 s of cycle with 1 s of work each: the speed is that of the second.
  const std::vector<Cycle> paced{{{0, 10 * kSecond}, 5, 1, 1},
                                 {{10 * kSecond, 20 * kSecond}, 5, 1, 1}};
  CHECK(tile(paced, 20 * kSecond).at(0).speed() == 5);
  CHECK(tile(std::vector<Cycle>{{{0, 10 * kSecond}, 5, 0, 1}}, kSecond).empty());
}

TEST_CASE("a dwell that cannot hold two windows gets shorter ones") {
  CHECK(window_length(kMinute, 5 * kSecond, kHour) == kMinute);
  CHECK(window_length(kMinute, 5 * kSecond, 2 * kMinute) == kMinute);
  CHECK(window_length(kMinute, 5 * kSecond, 80 * kSecond) == 40 * kSecond);
  CHECK(window_length(kMinute, 5 * kSecond, 6 * kSecond) == 5 * kSecond);
}
