// SPDX-License-Identifier: Apache-2.0
// Also tests: foster.cpp
#include "results/analysis/thermal_fit.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/thermal_plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kTwoHours = 7200;

WarmUp warm_up(const ThermalPlant& physics, double ambient, double seconds) {
  const auto trace = simulate(physics, constant(ambient), constant(1), seconds);
  return {1, trace.temperature, trace.power, std::vector<double>(trace.power.size(), ambient)};
}

// Phases one after the other, each `seconds` long, under full load.
std::vector<ThermalFit> fits(const ThermalPlant& physics, const std::vector<double>& ambients,
                             double seconds = kTwoHours) {
  Plant plant;
  const OverTime ambient = [=](double t) {  // a chamber that goes 2 K/min from one to the next
    const auto i = std::min(ambients.size() - 1, static_cast<std::size_t>(t / seconds));
    if (i == 0) return ambients[0];
    const double went = (t - static_cast<double>(i) * seconds) / 30;
    return std::min(ambients[i], ambients[i - 1] + went);
  };
  const double all = seconds * static_cast<double>(ambients.size());
  const auto trace = simulate(physics, ambient, constant(1), all);
  add_thermal(plant, trace, ambient);
  plant.work("chat", {}, 0, all, from(trace.speed));
  std::vector<std::pair<std::string, double>> phases;
  for (const double a : ambients) phases.emplace_back(std::to_string(static_cast<int>(a)), seconds);
  return judge(make_run({plant.board()}, phases)).boards[0].thermal;
}

// Truth of the plant at full clock: P = 5.0 + 0.02 (T - 25) + 0.8.
constexpr PowerLine kPower{5.3, 0.02};

}  // namespace

TEST_CASE("a linear plant gives its own figures back") {
  const auto f = fit_foster(warm_up({}, 20, kTwoHours));
  REQUIRE(f);
  CHECK(f->r1 == Approx(2).epsilon(0.03));
  CHECK(f->tau1 == Approx(25).epsilon(0.1));
  CHECK(f->r2 == Approx(6).epsilon(0.02));
  CHECK(f->tau2 == Approx(900).epsilon(0.03));
  CHECK(f->rms < 0.1);
  const PowerLine p = fit_power(warm_up({}, 20, kTwoHours));
  CHECK(p.a == Approx(kPower.a).epsilon(1e-3));
  CHECK(p.b == Approx(kPower.b).epsilon(1e-3));
  CHECK_FALSE(fit_foster(warm_up({}, 20, 20)));
}

TEST_CASE("the critical ambient is where the long run ends at the trip point") {
  // T_ss = (Ta + R a) / (1 - R b): 85 = (Ta + 8 x 5.3) / (1 - 0.16).
  CHECK(*critical_ambient(85, 8, kPower) == Approx(85 * 0.84 - 42.4));
  CHECK_FALSE(critical_ambient(85, 50, kPower));  // 1 - R b = 0
}

TEST_CASE("a cool phase and a hot one: resistance, trip point and critical ambient") {
  const auto all = fits({}, {20, 45});
  REQUIRE(all.size() == 2);
  const ThermalFit& cool = all[0];
  INFO(cool.refused << cool.critical_refused);
  CHECK(cool.refused.empty());
  CHECK(*cool.r_total == Approx(8).epsilon(0.02));
  CHECK(*cool.ambient == Approx(20));
  CHECK(*cool.trip == Approx(85).margin(0.5));
  CHECK(*cool.critical_ambient == Approx(85 * 0.84 - 42.4).margin(1));
  CHECK_FALSE(cool.note.empty());
  CHECK_FALSE(all[1].refused.empty());  // held back long before three time constants
  CHECK_FALSE(all[1].critical_ambient);
}

TEST_CASE("natural convection still passes the gates, and is near") {
  ThermalPlant physics;
  physics.cooling = Cooling::convection;
  const auto all = fits(physics, {20, 45});
  INFO(all[0].refused << " rms " << all[0].rms.value_or(-1));
  CHECK(all[0].refused.empty());
  CHECK(*all[0].rms < 0.3);
}

TEST_CASE("what a model may not be made of is refused, with the reason") {
  const auto refused = [](const std::vector<ThermalFit>& all) { return all.at(0).refused; };
  ThermalPlant fan;
  fan.cooling = Cooling::fan;
  CHECK(refused(fits(fan, {20})).find("fan.pwm.state went from") == 0);
  CHECK(refused(fits({}, {20}, 1800)).find("less than three time constants") != std::string::npos);
  CHECK(refused(fits({}, {20}, 100)).find("100 s only") != std::string::npos);
  ThermalPlant heat_sink;
  heat_sink.r1 = 0.1;
  heat_sink.r2 = 0.4;
  CHECK(refused(fits(heat_sink, {20})).find("above ambient") != std::string::npos);

  Plant blind;
  blind.sensors(kTwoHours).work("chat", {}, 0, kTwoHours);
  const auto board = [&](const std::string& gone) {
    Plant p = blind;
    p.channel("chamber.temperature", "Cel", constant(25), 0, kTwoHours);
    p.unreadable(gone, "?", "gone");
    return judge(make_run({p.board()}, {{"soak", kTwoHours}})).boards[0].thermal.at(0).refused;
  };
  CHECK(board("soc.temperature") == "soc.temperature was not readable");
  CHECK(board("board.power") == "board.power was not readable");
  CHECK(board("chamber.temperature") == "the ambient was not measured");
}

TEST_CASE("control: a fan that nobody reads is caught by the residuals") {
  ThermalPlant fan;
  fan.cooling = Cooling::fan;
  const auto trace = simulate(fan, constant(20), constant(1), kTwoHours);
  Plant plant;
  add_thermal(plant, trace, constant(20));
  plant.unreadable("fan.pwm.state", "{state}", "no tacho").work("chat", {}, 0, kTwoHours);
  const auto all = judge(make_run({plant.board()}, {{"soak", kTwoHours}})).boards[0].thermal;
  INFO(*all.at(0).rms);
  CHECK(all.at(0).refused.find("misses the readings by") != std::string::npos);
}

TEST_CASE("without a throttle the trip point is not known, and far away nothing is said") {
  const auto cool = fits({}, {20});
  CHECK(cool.at(0).refused.empty());
  CHECK(cool[0].critical_refused.find("trip point is not known") != std::string::npos);
  ThermalPlant sturdy;
  sturdy.r2 = 3.5;  // critical at 45 Cel
  const auto far = fits(sturdy, {10, 65});
  INFO(far.at(0).critical_refused);
  CHECK(far.at(0).refused.empty());
  CHECK(far[0].critical_refused.find("more than 20 K") != std::string::npos);
}
