// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/power.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kHourS = 3600;

RunView metered(std::optional<double> accuracy, const OverTime& watts = constant(5)) {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS);
  plant.cut("board.power", 0, kHourS).channel("board.power", "W", watts, 0, kHourS);
  RunView run = make_run({plant.board()}, {{"soak", kHourS}});
  InstrumentSpec meter;
  meter.name = "meter";
  meter.board = "pi";
  meter.accuracy = accuracy;
  meter.measures = "wall";
  run.spec.instruments.push_back(meter);
  return run;
}

ChannelView* channel(RunView& run, const std::string& name) {
  for (ChannelView& c : run.boards[0].channels) {
    if (c.info.name == name) return &c;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("the meter's accuracy is in mean, energy and energy per work") {
  const Judgement j = judge(metered(0.01));
  const PhaseFigures& p = j.boards[0].phases[0];
  REQUIRE(p.power);
  CHECK(p.power->measuring_point == "wall");
  CHECK(*p.power->accuracy == 0.01);
  CHECK(*p.power->mean_w == Approx(5));
  CHECK(*p.power->lower_w == Approx(4.95));
  CHECK(*p.power->upper_w == Approx(5.05));
  CHECK(*p.power->energy_j == Approx(5 * kHourS));
  CHECK(*p.power->upper_j == Approx(5.05 * kHourS));
  CHECK(*p.energy_j == *p.power->energy_j);
  const WorkFigures& w = p.work[0];
  CHECK(*w.power_w == Approx(5));
  // 40 tokens in cycles of 2.2 s, the same in each: nothing but the meter's 1 % is in doubt.
  CHECK(*w.j_per_work == Approx(0.275).epsilon(1e-3));
  CHECK(*w.j_per_work_lower == Approx(0.275 * 0.99).epsilon(2e-3));
  CHECK(*w.j_per_work_upper == Approx(0.275 * 1.01).epsilon(2e-3));
}

TEST_CASE("power that varies widens the interval beyond the meter's part") {
  const auto wavy = [](double t) { return static_cast<int>(t / 60) % 2 == 0 ? 4.0 : 6.0; };
  const WorkFigures w = judge(metered(0.01, wavy)).boards[0].phases[0].work[0];
  CHECK(*w.j_per_work == Approx(0.275).epsilon(0.02));
  CHECK(*w.j_per_work_upper - *w.j_per_work_lower > 2 * 0.275 * 0.02);
}

TEST_CASE("an accuracy that nobody knows gives no interval, and no power means no figures") {
  RunView run = metered(std::nullopt);
  const PhaseFigures p = judge(run).boards[0].phases[0];
  CHECK(p.power->mean_w);
  CHECK_FALSE(p.power->lower_w);
  CHECK_FALSE(p.work[0].j_per_work_lower);
  CHECK(p.work[0].j_per_work);
  std::erase_if(run.boards[0].channels,
                [](const ChannelView& c) { return c.info.name == "board.power"; });
  const PhaseFigures none = judge(run).boards[0].phases[0];
  CHECK_FALSE(none.power);
  CHECK_FALSE(none.energy_j);
  CHECK_FALSE(none.work[0].j_per_work);
}

TEST_CASE("power that was not readable for long is no figure") {
  Plant plant;
  plant.sensors(kHourS).work("chat", {}, 0, kHourS).cut("board.power", 600, 1200);
  const PhaseFigures p = judge(make_run({plant.board()}, {{"soak", kHourS}})).boards[0].phases[0];
  REQUIRE(p.power);
  CHECK_FALSE(p.power->mean_w);
  CHECK_FALSE(p.power->energy_j);
}

TEST_CASE(
    "where it was measured: the board's own sensors, and the instrument that is wired to it") {
  RunView run = metered(0.01);
  ChannelView* power = channel(run, "board.power");
  REQUIRE(power != nullptr);
  const auto meter = [&](const std::string& source) {
    power->info.source = source;
    return *find_meter(run, run.boards[0]);
  };
  CHECK(meter("/sys/class/hwmon/hwmon3/power1_input").measuring_point == "dc-in");
  CHECK_FALSE(meter("/sys/class/hwmon/hwmon3/power1_input").accuracy);
  CHECK(meter("/sys/class/powercap/intel-rapl:0/energy_uj").measuring_point == "rail");
  CHECK(meter("input 12 @ tcp://10.0.0.7:502?unit=1").measuring_point == "wall");
  InstrumentSpec other = run.spec.instruments[0];
  other.connect = "tcp://10.0.0.7:502?unit=2";
  other.measures = "dc-in";
  other.accuracy = 0.002;
  run.spec.instruments.push_back(other);
  const Meter found = meter("input 12 @ tcp://10.0.0.7:502?unit=2");
  CHECK(found.measuring_point == "dc-in");
  CHECK(*found.accuracy == 0.002);
  run.spec.instruments.clear();
  CHECK(meter("input 12 @ tcp://10.0.0.7:502?unit=1").measuring_point == "unknown");
}
