// SPDX-License-Identifier: Apache-2.0
// Also tests: steady.cpp latency.cpp
#include "results/analysis/speed_figures.hpp"

#include "results/analysis/latency.hpp"
#include "results/analysis/steady.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

// Cycles of one second each with the given speeds.
std::vector<Cycle> cycles_of(const std::vector<double>& speeds) {
  std::vector<Cycle> out;
  for (std::size_t i = 0; i < speeds.size(); ++i) {
    const auto t = static_cast<Nanos>(i) * kSecond;
    out.push_back({{t, t + kSecond}, speeds[i], 1, 1});
  }
  return out;
}

}  // namespace

TEST_CASE("peak, short peak and stability are exact") {
  std::vector<double> speeds(40, 10.0);
  for (std::size_t i = 20; i < 30; ++i) speeds[i] = 8;  // one window of ten at 8
  speeds[3] = 15;                                       // a burst of one second
  const SpeedFigures f = speed_figures(cycles_of(speeds), {0, 40 * kSecond}, 10 * kSecond, kSecond);
  REQUIRE(f.windows.size() == 4);
  CHECK(*f.peak == 10.5);
  CHECK(*f.peak_short == 15);
  CHECK(*f.stability == Approx(8 / 10.5));
  CHECK_FALSE(f.shortened);
  const SpeedFigures none = speed_figures({}, {0, kHour}, kMinute, kSecond);
  CHECK_FALSE(none.peak);
  CHECK_FALSE(none.stability);
}

TEST_CASE("one window has no stability") {
  const SpeedFigures f = speed_figures(cycles_of(std::vector<double>(19, 5.0)), {0, 19 * kSecond},
                                       18 * kSecond, 10 * kSecond);
  CHECK(f.shortened);
  CHECK(f.length == 10 * kSecond);
  CHECK_FALSE(f.stability);
}

TEST_CASE("sustained is taken late, and the rule says where") {
  const auto brief = sustained_span({0, 40 * kMinute}, std::nullopt);
  CHECK(brief.over == Interval{20 * kMinute, 40 * kMinute});
  CHECK(brief.rule == "the last half of a dwell below 1 h");
  const auto hours = sustained_span({0, 2 * kHour}, kMinute);
  CHECK(hours.over == Interval{90 * kMinute, 2 * kHour});
  const auto night = sustained_span({0, 10 * kHour}, std::nullopt);
  CHECK(night.over == Interval{8 * kHour, 10 * kHour});
  CHECK(night.rule.find("no steady state") != std::string::npos);
  CHECK(sustained_span({0, 10 * kHour}, 9 * kHour).over.from == 9 * kHour);
}

TEST_CASE("sustained is the median, p5 the fifth percentile, of the late windows") {
  std::vector<double> speeds(40, 99.0);  // the first half does not count
  for (std::size_t i = 20; i < 40; ++i) speeds[i] = static_cast<double>(i - 19);  // 1 to 20
  SpeedFigures f = speed_figures(cycles_of(speeds), {0, 40 * kSecond}, kSecond, kSecond);
  add_sustained(f, {0, 40 * kSecond}, std::nullopt);
  CHECK(*f.sustained == 10.5);
  CHECK(*f.p5 == Approx(1.95));
  CHECK(f.sustained_over->from == 20 * kSecond);
  CHECK(*f.lower < 10.5);
  SpeedFigures empty;
  add_sustained(empty, {0, kHour}, std::nullopt);
  CHECK_FALSE(empty.sustained);
}

TEST_CASE("steady state needs five quiet steps of speed and temperature") {
  SteadyInput in;
  in.dwell = {0, 100 * kSecond};
  in.step = 10 * kSecond;
  in.ambient = 25;
  std::vector<Window> windows;
  const auto add = [&windows](double speed) {
    const auto t = static_cast<Nanos>(windows.size()) * 10 * kSecond;
    windows.push_back({{t, t + 10 * kSecond}, speed * 10, 10, 1});
  };
  for (const double s : {20.0, 15.0, 12.0, 10.0, 10.05, 9.95, 10.0, 10.0, 10.0, 10.0}) add(s);
  in.windows = windows;
  CHECK(*steady_since(in) == 30 * kSecond);
  for (const double t : {40.0, 60.0, 75.0, 80.0, 82.0, 84.0, 84.2, 84.0, 84.1, 84.0}) {
    in.temperature.push_back(t);
  }
  CHECK(*steady_since(in) == 50 * kSecond);  // the board was still warming up until then
  in.temperature[7].reset();
  CHECK_FALSE(steady_since(in));  // unseen is not settled
  CHECK(steady_step({0, 10 * kHour}, kMinute) == 5 * kMinute);
  CHECK(steady_step({0, 20 * kMinute}, kMinute) == 2 * kMinute);
  CHECK(steady_step({0, kMinute}, 10 * kSecond) == 10 * kSecond);
}

TEST_CASE("latency is summed up by gauge, and totals are no gauges") {
  Plant plant;
  plant.work("chat", {}, 0, 60);
  Series ttft;
  for (int i = 1; i <= 100; ++i) {
    ttft.t.push_back(i * 100 * kMillisecond);
    ttft.v.push_back(i * 0.01);
  }
  plant.samples("work.chat.ttft", "s", ttft, 0);
  plant.channel("work.other.ttft", "s", constant(9), 0, 10);
  const auto latency = latency_of(plant.board(), "chat", {0, kMinute});
  REQUIRE(latency.size() == 1);
  const LatencySummary& l = latency.at("ttft");
  CHECK(l.n == 100);
  CHECK(l.p50 == Approx(0.505));
  CHECK(l.p90 == Approx(0.901));
  CHECK(l.p99 == Approx(0.9901));
  CHECK(l.max == 1.0);
  CHECK(l.unit == "s");
}
