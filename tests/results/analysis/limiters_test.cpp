// SPDX-License-Identifier: Apache-2.0
// Also tests: contention.cpp
#include "results/analysis/limiters.hpp"

#include "results/analysis/contention.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr Interval kAll{0, 600 * kSecond};

std::vector<Assertion> find(const Plant& plant, Nanos bridge = 5 * kSecond) {
  return find_assertions(plant.board(), kAll, bridge);
}

}  // namespace

TEST_CASE("the cause is in the name") {
  CHECK(*limiter_cause("limiter.under-voltage.rpi_volt") == Cause::under_voltage);
  CHECK_FALSE(limiter_cause("limiter.magic.x"));
  CHECK_FALSE(limiter_cause("soc.temperature"));
  CHECK(is_clock_or_limiter({"cpu.frequency", "Hz", "", {}, ""}));
  CHECK(is_clock_or_limiter({"limiter.thermal.x", "{count}", "", {}, ""}));
  CHECK_FALSE(is_clock_or_limiter({"soc.temperature", "Cel", "", {}, ""}));
}

TEST_CASE("a level asserts while above zero") {
  Plant plant;
  plant.channel(
      "limiter.thermal.cpu_state", "{state}",
      [](double t) { return t >= 100 && t < 160 ? (t < 130 ? 2.0 : 4.0) : 0.0; }, 0, 600);
  const auto found = find(plant);
  REQUIRE(found.size() == 1);
  CHECK(found[0].when == Interval{100 * kSecond, 160 * kSecond});
  CHECK(found[0].asserted == 60 * kSecond);
  CHECK(found[0].first == 0);
  CHECK(found[0].last == 4);
  CHECK(found[0].times == 1);
  Plant quiet;
  quiet.channel("limiter.thermal.cpu_state", "{state}", constant(0), 0, 600);
  CHECK(find(quiet).empty());
}

TEST_CASE("a counter asserts when it moves, not because it is high") {
  Plant plant;
  plant.channel(
      "limiter.thermal.core_count", "{count}",
      [](double t) { return t < 200   ? 7
                            : t < 204 ? 7 + (t - 199)
                                      : 11; }, 0, 600);
  const auto found = find(plant);
  REQUIRE(found.size() == 1);
  CHECK(found[0].when == Interval{199 * kSecond, 203 * kSecond});
  CHECK(found[0].first == 7);
  CHECK(found[0].last == 11);
  Plant reset;  // a reboot: the counter falls, which is no assertion
  reset.channel(
      "limiter.thermal.core_count", "{count}", [](double t) { return t < 300 ? 50.0 : 0.0; }, 0,
      600);
  CHECK(find(reset).empty());
}

TEST_CASE("short lulls are bridged, and how often it began is kept") {
  Plant plant;
  plant.channel(
      "limiter.thermal.s", "{state}",
      [](double t) { return t >= 100 && t < 200 && static_cast<int>(t) % 4 < 2; }, 0, 600);
  const auto bridged = find(plant);
  REQUIRE(bridged.size() == 1);
  CHECK(bridged[0].times == 25);
  CHECK(bridged[0].asserted == 50 * kSecond);
  CHECK(find(plant, kSecond).size() == 25);
}

TEST_CASE("a capped clock is the user's, unless the hardware asserts with it") {
  Plant plant;
  plant.channel("cpu.policy0.frequency_max", "Hz", constant(2.4e9), 0, 600)
      .channel("cpu.policy0.frequency_cap", "Hz", pulse(100, 200, 1.2e9, 2.4e9), 0, 600);
  const auto user = find(plant);
  REQUIRE(user.size() == 1);
  CHECK(user[0].cause == Cause::user_cap);
  CHECK(user[0].most == 1.2e9);
  plant.channel("limiter.thermal.s", "{state}", pulse(90, 210, 1), 0, 600);
  const auto hardware = find(plant);
  REQUIRE(hardware.size() == 1);
  CHECK(hardware[0].cause == Cause::thermal);
}

TEST_CASE("steal and strangers disturb, each window on its own") {
  Plant plant;
  plant.channel("cpu.steal", "%", pulse(60, 120, 10), 0, 600)
      .channel("limiter.contention.x", "{state}", pulse(300, 330, 1), 0, 600);
  const auto assertions = find(plant);
  const BoardView board = plant.board();
  std::vector<Window> windows;
  for (int i = 0; i < 10; ++i) windows.push_back({{i * kMinute, (i + 1) * kMinute}, 1, 1, 1});
  const auto clean = undisturbed(board, windows, assertions, 0.02);
  for (std::size_t i = 0; i < clean.size(); ++i) CHECK(clean[i] == (i != 1 && i != 5));
  CHECK(disturbance(board, kAll, assertions, 0.02).empty());  // 1 % of steal, 5 % of strangers
  CHECK(disturbance(board, kAll, assertions, 0.005) == "steal 1.0 % > 0.5 %");
  CHECK(disturbance(board, {300 * kSecond, 400 * kSecond}, assertions, 0.02) ==
        "other programs contended for 30 % of the time");
  const CpuShares blind = cpu_shares(Plant().board(), std::span(&kAll, 1))[0];
  CHECK_FALSE(blind.steal);
  CHECK_FALSE(blind.strangers);
}

TEST_CASE("a flickering contention limiter counts for the time it asserted") {
  Plant plant;
  plant.channel(
      "limiter.contention.x", "{state}", [](double t) { return static_cast<int>(t) % 20 == 0; }, 0,
      600);
  const auto assertions = find(plant, kMinute);
  REQUIRE(assertions.size() == 1);
  CHECK(disturbance(plant.board(), kAll, assertions, 0.02).empty());  // one second in twenty
}

TEST_CASE("strangers are who used the CPU when nobody else did, and only on a full machine") {
  const auto shares = [](double usage, double work, double agent) {
    Plant plant;
    plant.channel("cpu.usage", "%", constant(usage), 0, 600)
        .channel("cpu.core0.usage", "%", constant(usage), 0, 600)
        .channel("cpu.core1.usage", "%", constant(usage), 0, 600)
        .channel("work.chat.cpu", "%", constant(work), 0, 600)
        .channel("agent.cpu", "%", constant(agent), 0, 600);
    return cpu_shares(plant.board(), std::span(&kAll, 1))[0];
  };
  CHECK(*shares(100, 150, 10).strangers == Approx(0.2));
  CHECK(shares(100, 150, 10).disturbed_by(0.02) ==
        "other programs used 20 % of the CPU while it was 100 % busy");
  CHECK(shares(100, 190, 2).disturbed_by(0.02).empty());  // 4 %: daemons
  CHECK(shares(80, 100, 2).disturbed_by(0.02).empty());   // 29 %, but there was room for all
  CHECK(*shares(90, 200, 0).strangers == 0);
  Plant untold;  // nobody says what the workload used
  untold.channel("cpu.usage", "%", constant(100), 0, 600)
      .channel("cpu.core0.usage", "%", constant(100), 0, 600)
      .channel("agent.cpu", "%", constant(1), 0, 600);
  CHECK_FALSE(cpu_shares(untold.board(), std::span(&kAll, 1))[0].strangers);
}
