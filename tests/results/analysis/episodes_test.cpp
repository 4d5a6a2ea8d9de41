// SPDX-License-Identifier: Apache-2.0
// Also tests: episode_evidence.cpp run_baseline.cpp phase_analysis.cpp
#include "results/analysis/episodes.hpp"

#include "results/analysis/episode_evidence.hpp"
#include "results/analysis/run_baseline.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

Assertion assertion(Cause cause, double from, double to) {
  const Interval when{from_seconds(from), from_seconds(to)};
  return {cause,     "limiter." + std::string(to_string(cause)) + ".x",
          "{state}", when,
          0,         1,
          1,         when.length(),
          1};
}

// A trace whose first 100 s are the baseline and that was slow in the given times.
WorkloadTrace trace(const std::vector<std::pair<double, double>>& slow) {
  WorkloadTrace out;
  out.workload = "chat";
  out.unit = "{token}";
  out.phase = {0, 1000 * kSecond};
  out.baseline_over = {0, 100 * kSecond};
  out.baseline_speed = 20;
  for (int t = 0; t < 1000; ++t) {
    double ratio = 1;
    for (const auto& [from, to] : slow) ratio = t >= from && t < to ? 0.5 : ratio;
    out.cells.push_back({{t * kSecond, (t + 1) * kSecond}, 20 * ratio, 1, ratio});
  }
  for (const auto& [from, to] : slow) out.slow.push_back({from_seconds(from), from_seconds(to)});
  return out;
}

std::vector<Episode> find(const std::vector<Assertion>& assertions,
                          const std::vector<std::pair<double, double>>& slow,
                          const std::vector<Interval>& restarts = {}) {
  static const BoardView kBoard;
  const std::vector<WorkloadTrace> traces{trace(slow)};
  return find_episodes({&kBoard, assertions, traces, restarts, VerdictRules{}});
}

}  // namespace

TEST_CASE("a limiter and the slowness it explains are one episode") {
  const auto found = find({assertion(Cause::thermal, 300, 350)}, {{302, 360}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].when == Interval{300 * kSecond, 360 * kSecond});
  CHECK(found[0].cause == Cause::thermal);
  CHECK(*found[0].lost_work == 58 * 10);
  CHECK(found[0].workload == "chat");
  CHECK(*found[0].worst_ratio == 0.5);
}

TEST_CASE("a limiter without slowness is an episode that says so; contention alone is none") {
  const auto found = find({assertion(Cause::power_cap, 300, 350)}, {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].effect == "no effect on the speed of chat (1.00 of its baseline)");
  CHECK(*found[0].lost_work == 0);
  CHECK(find({assertion(Cause::contention, 300, 350)}, {}).empty());
  CHECK(find({assertion(Cause::memory_pressure, 300, 350)}, {}).empty());
}

TEST_CASE("what lies at most a window apart is merged, further apart is not") {
  CHECK(
      find({assertion(Cause::thermal, 300, 310), assertion(Cause::thermal, 370, 380)}, {}).size() ==
      1);
  CHECK(
      find({assertion(Cause::thermal, 300, 310), assertion(Cause::thermal, 371, 380)}, {}).size() ==
      2);
  CHECK(find({assertion(Cause::thermal, 300, 310), assertion(Cause::under_voltage, 305, 380)}, {})
            .size() == 2);
}

TEST_CASE("a limiter that asserted in the baseline too explains nothing") {
  const auto found = find(
      {assertion(Cause::user_cap, 0, 1000), assertion(Cause::thermal, 400, 500)}, {{400, 500}});
  REQUIRE(found.size() == 2);
  CHECK(found[0].cause == Cause::user_cap);  // all along, and still told
  CHECK(found[1].cause == Cause::thermal);
  const auto unknown = find({assertion(Cause::user_cap, 0, 1000)}, {{400, 500}});
  REQUIRE(unknown.size() == 2);
  CHECK(unknown[1].cause == Cause::unknown);
}

TEST_CASE("slowness around the workload's own restart is the workload's") {
  const auto found = find({}, {{400, 420}}, {{395 * kSecond, 398 * kSecond}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].cause == Cause::workload);
  CHECK(find({}, {{600, 620}}, {{395 * kSecond, 398 * kSecond}})[0].cause == Cause::unknown);
}

TEST_CASE("evidence names channels, first and last values and times; the strongest come first") {
  Plant plant;
  plant
      .channel(
          "soc.temperature", "Cel", [](double t) { return 50 + t / 10; }, 0, 1000)
      .channel("cpu.frequency", "Hz", pulse(300, 400, 1.2e9, 2.4e9), 0, 1000);
  std::vector<Assertion> assertions{assertion(Cause::thermal, 300, 310),
                                    assertion(Cause::thermal, 310, 400)};
  std::vector<Episode> episodes(1);
  episodes[0].when = {300 * kSecond, 400 * kSecond};
  episodes[0].cause = Cause::thermal;
  add_evidence(episodes, plant.board(), assertions);
  REQUIRE(episodes[0].evidence.size() == 4);
  CHECK(episodes[0].evidence[0] ==
        "limiter.thermal.x: 0 -> 1 (most 1); 90.0 s in all, once, 310.0 s to 400.0 s");
  CHECK(episodes[0].evidence[2] ==
        "soc.temperature: 80 Cel at 300.0 s -> 89.9 Cel at 399.0 s (least 80 Cel, most 89.9 Cel, "
        "mean 84.95 Cel)");
  CHECK(episodes[0].evidence[3].starts_with("cpu.frequency: 1.2 GHz at 300.0 s"));
  assertions.resize(20, assertion(Cause::thermal, 320, 330));
  episodes[0].evidence.clear();
  add_evidence(episodes, Plant().board(), assertions);
  CHECK(episodes[0].evidence.size() == 9);
  CHECK(episodes[0].evidence.back() == "and 12 more assertions");
}

TEST_CASE("the baseline comes from the reference phase, else from the first with the same load") {
  Plant plant;
  plant.sensors(1800).work("chat", {}, 0, 600, constant(0.8));
  plant.work("chat", {}, 600, 1200).work("chat", {}, 1200, 1800, constant(0.5));
  RunView run = make_run({plant.board()}, {{"a", 600}, {"b", 600}, {"c", 600}});
  const auto baseline = [&run] {
    const auto phases = analyse_phases(run, run.boards[0]);
    return trace_workloads(run, run.boards[0], phases, {}).at(2).baseline_speed;
  };
  CHECK(baseline() == Approx(16));
  run.spec.phases[1].reference = true;
  CHECK(baseline() == Approx(20));
  run.spec.phases[2].work = {"chat", "gone"};  // another load: its own baseline
  run.spec.workloads.push_back(run.spec.workloads[0]);
  run.spec.workloads[1].name = "gone";
  CHECK(baseline() == Approx(10));
}

TEST_CASE("retention is against the run's peak, time to throttle from the dwell's begin") {
  Plant plant;
  plant.sensors(1200).work("chat", {}, 0, 600).work("chat", {}, 600, 1200, constant(0.5));
  const RunView run = make_run({plant.board()}, {{"a", 600}, {"b", 600}});
  auto phases = analyse_phases(run, run.boards[0]);
  add_retention(phases);
  CHECK(*phases[0].work[0].figures.retention == Approx(1));
  CHECK(*phases[1].work[0].figures.retention == Approx(0.5));
  std::vector<Episode> episodes(2);
  episodes[0].when = {650 * kSecond, 700 * kSecond};
  episodes[0].cause = Cause::contention;
  episodes[1].when = {720 * kSecond, 800 * kSecond};
  episodes[1].cause = Cause::thermal;
  add_time_to_throttle(phases, episodes);
  CHECK_FALSE(phases[0].work[0].figures.time_to_throttle_s);
  CHECK(*phases[1].work[0].figures.time_to_throttle_s == 120);
}

TEST_CASE("energy is unknown where the power was not seen") {
  Plant plant;
  plant.sensors(600).work("chat", {}, 0, 600).cut("board.power", 100, 200);
  const RunView run = make_run({plant.board()}, {{"a", 600}});
  const auto phases = analyse_phases(run, run.boards[0]);
  CHECK_FALSE(phases[0].figures.energy_j);
  CHECK(phases[0].work[0].figures.j_per_work);  // the sustained half was seen whole
}
