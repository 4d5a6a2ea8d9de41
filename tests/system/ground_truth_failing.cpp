// SPDX-License-Identifier: Apache-2.0
//
// Boards that fail: by each cause, by a limit, by a claim, by memory that is never given back.
#include "tests/support/thermal_plant.hpp"
#include "tests/system/ground_truth_cases.hpp"

namespace soakrig::test {

namespace {

using analysis::RunView;

constexpr double kMiB = 1024.0 * 1024.0;

// A cold phase and a hot one on one thermal plant.
RunView cold_then_hot(double cold, double hot, const ThermalPlant& physics) {
  Plant plant;
  const OverTime ambient = pulse(kCaseSeconds, 1e9, hot, cold);
  const auto trace = simulate(physics, ambient, constant(1), 3 * kCaseSeconds);
  add_thermal(plant, trace, ambient);
  plant.work("chat", {}, 0, 3 * kCaseSeconds, from(trace.speed));
  RunView run = make_run({plant.board()}, {{"cold", kCaseSeconds}, {"hot", 2 * kCaseSeconds}});
  run.spec.phases[0].reference = true;
  return run;
}

ThermalPlant oscillating() {
  ThermalPlant out;
  out.hysteresis = 8;
  out.tau2 = 300;
  out.speeds = {1, 0.5};
  out.powers = {1, 0.4};
  return out;
}

RunView with_limit(const std::string& channel, const Limit& limit, const OverTime& value,
                   const std::string& unit) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  plant.cut("soc.temperature", 0, channel == "soc.temperature" ? kCaseSeconds : 0)
      .channel(channel, unit, value, 0, kCaseSeconds);
  RunView run = soak(plant);
  run.spec.boards[0].limits = {limit};
  return run;
}

RunView claim_missed(const std::string& name, double value) {
  RunView run = loaded({});
  Claim claim;
  claim.name = name;
  claim.value = value;
  run.spec.boards[0].claims = {claim};
  InstrumentSpec meter;
  meter.name = "meter";
  meter.board = "pi";
  meter.accuracy = 0.01;
  run.spec.instruments = {meter};
  return run;
}

RunView memory_of(const std::string& channel, double per_hour_mib) {
  Plant plant;
  plant.sensors(2 * kCaseSeconds).work("chat", {}, 0, 2 * kCaseSeconds);
  plant.channel("work.chat.memory", "By", constant(500 * kMiB), 0, 2 * kCaseSeconds, 10)
      .cut("work.chat.memory", 0, channel == "work.chat.memory" ? 2 * kCaseSeconds : 0);
  plant.channel(
      channel, "By", [=](double t) { return (900 + per_hour_mib * t / 3600) * kMiB; }, 0,
      2 * kCaseSeconds, 10);
  return soak(plant, 2 * kCaseSeconds);
}

RunView one_bad_of_two() {
  Plant good("a"), bad("pi");
  good.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  bad.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds, pulse(900, 1e9, 0.8, 1));
  bad.channel("limiter.under-voltage.firmware", "{state}", pulse(900, 1e9, 1), 0, kCaseSeconds);
  return make_run({good.board(), bad.board()}, {{"soak", kCaseSeconds}});
}

// No flag, but the rail sags and the clock with it.
RunView silent_brown_out() {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds, pulse(900, 1200, 0.7, 1));
  plant.cut("cpu.frequency", 0, kCaseSeconds)
      .channel("cpu.frequency", "Hz", pulse(900, 1200, 1.7e9, 2.4e9), 0, kCaseSeconds)
      .channel("rail.vdd_in.voltage", "V", pulse(900, 1200, 4.6, 5.0), 0, kCaseSeconds);
  return soak(plant);
}

RunView slow_drift_into_failure() {
  return loaded({}, [](double t) { return 1 - 0.1 * t / kCaseSeconds; });
}

Truth fails(std::vector<Cause> causes, std::string reason) {
  return {Verdict::fail, std::move(causes), {}, std::move(reason)};
}

}  // namespace

std::vector<GroundTruthCase> failing_cases() {
  const auto by = [](const std::string& limiter, Cause cause, const std::string& unit = "{state}") {
    const std::string name(to_string(cause));
    return GroundTruthCase{
        unit == "{count}" ? name + "-counter" : name,
        "30 % slower for 5 min while " + limiter + (unit == "{count}" ? " counts" : " asserts"),
        fails({cause}, "stability"), [=] { return limited(limiter, 0.7, 900, 1200, unit); }};
  };
  const Limit hot{"soc.temperature", std::nullopt, 85.0, LimitAction::stop};
  const Limit low{"rail.vdd.voltage", 4.75, std::nullopt, LimitAction::trip};
  return {
      {"thermal-trip", "a thermal plant at 45 Cel, above its critical ambient",
       fails({Cause::thermal}, "stability"), [] { return cold_then_hot(20, 45, {}); }},
      {"thermal-oscillation", "one coarse clock step, so that it swings between two speeds",
       fails({Cause::thermal}, "stability"), [] { return cold_then_hot(20, 45, oscillating()); }},
      by("limiter.thermal.cpu_state", Cause::thermal),
      by("limiter.thermal.core_throttle", Cause::thermal, "{count}"),
      by("limiter.under-voltage.firmware", Cause::under_voltage),
      by("limiter.over-current.vdd_crit", Cause::over_current),
      by("limiter.power-cap.package_limit", Cause::power_cap, "{count}"),
      by("limiter.user-cap.governor", Cause::user_cap),
      by("limiter.memory-pressure.stall", Cause::memory_pressure),
      {"unexplained", "20 % slower for 5 min, and nothing says why",
       fails({Cause::unknown}, "stability"), [] { return loaded({}, pulse(900, 1200, 0.8, 1)); }},
      {"silent-brown-out", "30 % slower for 5 min: no flag, but rail and clock sag together",
       fails({Cause::under_voltage}, "stability"), silent_brown_out},
      {"slow-decline", "10 % slower over the dwell, a little at a time",
       fails({Cause::unknown}, "stability"), slow_drift_into_failure},
      {"limit-above", "the SoC above its limit for 20 s", fails({}, "limit: soc.temperature"),
       [=] { return with_limit("soc.temperature", hot, pulse(900, 920, 91, 60), "Cel"); }},
      {"limit-below", "a rail below its limit for 5 s", fails({}, "limit: rail.vdd.voltage"),
       [=] { return with_limit("rail.vdd.voltage", low, pulse(900, 905, 4.5, 5.0), "V"); }},
      {"claim-speed-missed", "25 tokens/s claimed, 20 sustained", fails({}, "claim tokens_per_s"),
       [] { return claim_missed("tokens_per_s", 25); }},
      {"claim-power-missed", "4 W claimed, 5 W drawn", fails({}, "claim power_w"),
       [] { return claim_missed("power_w", 4); }},
      {"leak-workload",
       "a workload that keeps 100 MiB an hour",
       {Verdict::fail, {}, {IncidentClass::memory_leak}, "memory-leak"},
       [] { return memory_of("work.chat.memory", 100); }},
      {"leak-board",
       "a driver that keeps 200 MiB an hour",
       {Verdict::fail, {}, {IncidentClass::memory_leak}, "memory-leak"},
       [] { return memory_of("memory.used", 200); }},
      {"one-of-two", "one of two boards is under-supplied",
       fails({Cause::under_voltage}, "pi: stability"), one_bad_of_two},
  };
}

}  // namespace soakrig::test
