// SPDX-License-Identifier: Apache-2.0
// Also tests: level_changes.cpp
//
// The tables of false alarms and of power on 12 h of correlated noise, as means of a minute of
// 10 Hz samples, are held here; raw samples are the control that must fail.
#include "results/analysis/change_points.hpp"

#include <cmath>
#include <numeric>

#include "results/analysis/level_changes.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/noise.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr std::size_t kSeries = 40, kMinutes = 720, kPerMinute = 600;

// 12 h of minutes with 2 % noise, and from the middle on a level lower by `drop`.
std::vector<double> half_day(double rho, double drop, std::uint64_t seed) {
  std::vector<double> out = block_means(kMinutes, kPerMinute, rho, 0.02, seed);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = 20 * (1 + out[i] - (2 * i >= kMinutes ? drop : 0));
  return out;
}

std::size_t false_alarms(double rho) {
  std::size_t out = 0;
  for (std::size_t k = 0; k < kSeries; ++k) out += change_points(half_day(rho, 0, 100 + k)).size();
  return out;
}

// How many of the steps are found, and how far off at most, in minutes.
std::pair<std::size_t, double> found(double rho, double drop) {
  std::size_t hits = 0;
  double off = 0;
  for (std::size_t k = 0; k < kSeries; ++k) {
    const auto changes = change_points(half_day(rho, drop, 900 + k));
    if (changes.size() != 1) continue;
    const double here = std::abs(static_cast<double>(changes[0]) - kMinutes / 2.0);
    if (here > 15) continue;
    ++hits;
    off += here;
  }
  return {hits, hits > 0 ? off / static_cast<double>(hits) : 0};
}

}  // namespace

TEST_CASE("exact steps are found exactly, and a constant has none") {
  std::vector<double> v(30, 20.0);
  CHECK(change_points(v).empty());
  std::fill(v.begin() + 12, v.end(), 12.0);
  CHECK(change_points(v) == std::vector<std::size_t>{12});
  std::fill(v.begin() + 20, v.end(), 18.0);
  CHECK(change_points(v) == std::vector<std::size_t>{12, 20});
  CHECK(segment_levels(v, change_points(v)) == std::vector<double>{20, 12, 18});
  CHECK(change_points(std::vector<double>{}).empty());
  CHECK(change_points(std::vector<double>(9, 1.0)).empty());  // no room for two segments
}

TEST_CASE("a step that is too small, or shorter than a segment, is none") {
  std::vector<double> v(40, 20.0);
  std::fill(v.begin() + 20, v.end(), 19.85);  // 0.75 %
  CHECK(change_points(v).empty());
  std::fill(v.begin() + 20, v.end(), 20.0);
  std::fill(v.begin() + 20, v.begin() + 22, 15.0);  // two minutes
  const auto changes = change_points(v);
  CHECK(std::ranges::all_of(segment_levels(v, changes), [](double l) { return l == 20.0; }));
}

TEST_CASE("noise is told from differences, so that a step does not look like correlation") {
  const Noise calm = noise_of(half_day(0, 0, 1)), stepped = noise_of(half_day(0, 0.4, 1));
  CHECK(calm.sigma == Approx(20 * 0.02 / std::sqrt(600.0)).epsilon(0.1));
  CHECK(stepped.sigma == Approx(calm.sigma).epsilon(0.05));
  CHECK(stepped.r1 == Approx(calm.r1).margin(0.05));
  // Minutes of an AR(1) with rho 0.999 at 10 Hz resemble each other: 0.74 in theory.
  double r1 = 0;
  for (std::uint64_t k = 0; k < kSeries; ++k) r1 += noise_of(half_day(0.999, 0, k)).r1 / kSeries;
  CHECK(r1 > 0.6);
  CHECK(noise_of(std::vector<double>{3, 3, 3, 3}).sigma == 0);
}

TEST_CASE("false alarms in 12 h of correlated noise: at most 0.05") {
  for (const double rho : {0.0, 0.9, 0.99, 0.999}) {
    INFO("rho " << rho);
    CHECK(static_cast<double>(false_alarms(rho)) / kSeries <= 0.05);
  }
}

TEST_CASE("power: a step of 2 % is found 40 times of 40, within a minute; half a percent is not") {
  const auto two = found(0.99, 0.02), three = found(0.99, 0.03);
  CHECK(two.first == kSeries);
  CHECK(two.second <= 1);
  CHECK(three.first == kSeries);
  CHECK(three.second <= 0.5);
  CHECK(found(0, 0.02).first == kSeries);
  CHECK(found(0.99, 0.005).first == 0);  // below least_change
  const auto one = found(0.99, 0.01).first;
  CHECK(one > kSeries / 4);
  CHECK(one < kSeries);
}

TEST_CASE("control: raw samples with a penalty for independent noise give changes where none are") {
  // Ten minutes of 10 Hz at rho 0.99: some 200 an hour by the textbook's penalty.
  Normal normal(7);
  std::vector<double> raw;
  double x = 0;
  for (int i = 0; i < 6000; ++i) {
    x = 0.99 * x + 0.02 * std::sqrt(1 - 0.99 * 0.99) * normal();
    raw.push_back(20 * (1 + x));
  }
  const double textbook = 2 * 0.4 * 0.4 * std::log(6000.0);
  CHECK(pelt(raw, textbook, 5).size() > 10);
  CHECK(change_points(raw).size() < pelt(raw, textbook, 5).size() / 2);
  CHECK(noise_of(raw).r1 > 0.7);  // which raises the penalty five times and more
}

TEST_CASE("the shape of a dwell") {
  const auto shape = [](const std::vector<double>& v) { return shape_of(v, change_points(v)); };
  std::vector<double> v(40, 20.0);
  CHECK(shape(v) == "flat");
  std::fill(v.begin() + 10, v.end(), 14.0);
  CHECK(shape(v) == "slow-down");
  std::fill(v.begin() + 10, v.end(), 26.0);
  CHECK(shape(v) == "warm-up");
  std::fill(v.begin() + 10, v.end(), 20.0);
  std::fill(v.begin() + 33, v.end(), 14.0);
  CHECK(shape(v) == "no-steady-state");
  CHECK(shape(std::vector<double>(19, 20.0)).empty());
}

TEST_CASE("more values than are looked at are averaged, and the place is kept") {
  std::vector<double> v(10000, 20.0);
  std::fill(v.begin() + 6000, v.end(), 12.0);
  const auto changes = change_points(v);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0] == 6000);
}

TEST_CASE("a throttle mid-way is a change in its workload, with both levels") {
  Plant plant;
  plant.sensors(7200).work("chat", {}, 0, 7200, pulse(3600, 1e9, 0.6, 1));
  const RunView run = make_run({plant.board()}, {{"soak", 7200}});
  auto phases = analyse_phases(run, run.boards[0]);
  const auto changes = find_changes(phases);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].channel == "work.chat.tokens");
  CHECK(changes[0].phase == "soak");
  CHECK(to_seconds(changes[0].at) == Approx(3600).margin(62));
  CHECK(changes[0].before == Approx(20).epsilon(1e-3));
  CHECK(changes[0].after == Approx(12).epsilon(1e-3));
  CHECK(changes[0].change == Approx(-0.4).epsilon(1e-3));
  CHECK(phases[0].work[0].figures.shape == "slow-down");
}
