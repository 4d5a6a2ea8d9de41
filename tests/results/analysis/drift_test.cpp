// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/drift.hpp"

#include <algorithm>
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kHourS = 3600, kMiB = 1024.0 * 1024.0;

std::vector<Drift> drifts_of(Plant& plant) {
  const RunView run = make_run({plant.board()}, {{"soak", 2 * kHourS}});
  const auto phases = analyse_phases(run, run.boards[0]);
  return find_drifts(run.boards[0], phases);
}

const Drift* find(const std::vector<Drift>& drifts, const std::string& channel) {
  const auto found = std::ranges::find(drifts, channel, &Drift::channel);
  return found == drifts.end() ? nullptr : &*found;
}

OverTime growing(double from_mib, double per_hour_mib) {
  return [=](double t) { return (from_mib + per_hour_mib * t / kHourS) * kMiB; };
}

}  // namespace

TEST_CASE("speed, latency and memory have trends with intervals") {
  Plant plant;
  plant.sensors(2 * kHourS).work("chat", {}, 0, 2 * kHourS, [](double t) {
    return 1 - 0.01 * t / kHourS;
  });
  plant.channel(
      "work.chat.ttft", "s", [](double t) { return 0.2 + 0.01 * t / kHourS; }, 0, 2 * kHourS, 5);
  plant.channel("work.chat.memory", "By", constant(800 * kMiB), 0, 2 * kHourS);
  const auto drifts = drifts_of(plant);
  const Drift* speed = find(drifts, "work.chat.tokens");
  REQUIRE(speed != nullptr);
  CHECK(speed->quantity == "speed");
  CHECK(speed->unit == "{token}/s");
  CHECK(speed->per_hour == Approx(-0.2).epsilon(0.02));
  CHECK(speed->direction == "falling");
  CHECK(*speed->upper < 0);
  const Drift* latency = find(drifts, "work.chat.ttft");
  REQUIRE(latency != nullptr);
  CHECK(latency->per_hour == Approx(0.01).epsilon(0.01));
  CHECK(latency->direction == "rising");
  const Drift* memory = find(drifts, "work.chat.memory");
  REQUIRE(memory != nullptr);
  CHECK(memory->per_hour == 0);
  CHECK(memory->direction == "none");
  CHECK_FALSE(memory->leak);
  CHECK(leak_incidents(drifts, {}).empty());
}

TEST_CASE("a workload that leaks is an incident, once, with the figures") {
  Plant plant;
  plant.sensors(2 * kHourS).work("chat", {}, 0, 2 * kHourS);
  plant.channel("work.chat.memory", "By", growing(500, 30), 0, 2 * kHourS);
  const auto drifts = drifts_of(plant);
  CHECK(find(drifts, "work.chat.memory")->leak);
  const auto incidents = leak_incidents(drifts, {});
  REQUIRE(incidents.size() == 1);
  CHECK(incidents[0].kind == IncidentClass::memory_leak);
  CHECK(incidents[0].blame == Blame::unknown);
  CHECK(incidents[0].workload == "chat");
  CHECK(incidents[0].evidence[0].starts_with("work.chat.memory grew by 30.0 MiB/h"));
  CHECK(leak_incidents(drifts, incidents).empty());  // told already
}

TEST_CASE("warming up, a tiny growth and a restart are no leak; growth after a restart is") {
  const auto [value, leaks] = GENERATE(table<OverTime, bool>({
      {[](double t) { return (500 + 60 * (1 - std::exp(-t / 900))) * kMiB; }, false},
      {growing(500, 1), false},
      {[](double t) { return (500 + 300 * std::fmod(t, 900) / kHourS) * kMiB; }, false},
      {[](double t) { return (500 + 300 * std::fmod(t, 3000) / kHourS) * kMiB; }, true},
  }));
  Plant plant;
  plant.sensors(2 * kHourS).work("chat", {}, 0, 2 * kHourS);
  plant.channel("work.chat.memory", "By", value, 0, 2 * kHourS);
  const auto drifts = drifts_of(plant);
  INFO(find(drifts, "work.chat.memory")->per_hour / kMiB);
  CHECK(find(drifts, "work.chat.memory")->leak == leaks);
}

TEST_CASE("the board's memory counts beyond that of its workloads and the agent") {
  const auto board = [](double own_growth, double used_growth) {
    Plant plant;
    plant.sensors(2 * kHourS).work("chat", {}, 0, 2 * kHourS);
    plant.channel("work.chat.memory", "By", growing(500, own_growth), 0, 2 * kHourS);
    plant.channel("memory.used", "By", growing(900, used_growth), 0, 2 * kHourS);
    return leak_incidents(drifts_of(plant), {});
  };
  CHECK(board(0, 0).empty());
  const auto driver = board(0, 60);
  REQUIRE(driver.size() == 1);
  CHECK(driver[0].workload.empty());
  const auto workload = board(60, 60);
  REQUIRE(workload.size() == 1);
  CHECK(workload[0].workload == "chat");
  CHECK(board(0, 20).empty());  // 40 MiB: below what counts on a whole board
}

TEST_CASE("a dwell of a few minutes has no drift") {
  Plant plant;
  plant.sensors(300).work("chat", {}, 0, 300);
  const RunView run = make_run({plant.board()}, {{"soak", 300}});
  CHECK(find_drifts(run.boards[0], analyse_phases(run, run.boards[0])).empty());
}
