// SPDX-License-Identifier: Apache-2.0
//
// Healthy boards: whatever the shape of their load, and whatever happens to the rig without harm.
#include <cmath>

#include "tests/support/noise.hpp"
#include "tests/support/thermal_plant.hpp"
#include "tests/system/ground_truth_cases.hpp"

namespace soakrig::test {

namespace {

using analysis::RunView;

constexpr double kMiB = 1024.0 * 1024.0;

Load load_of(double prompt, double answer, double slowdown, bool own_busy) {
  Load out;
  out.prompt_tokens = prompt;
  out.answer_tokens = answer;
  out.slowdown = slowdown;
  out.own_busy = own_busy;
  return out;
}

Load paced(double pause) {
  Load out;
  out.pause_s = pause;
  return out;
}

Load bursts(int cycles, double pause) {
  Load out;
  out.burst = cycles;
  out.burst_pause_s = pause;
  return out;
}

Load answers_of(std::vector<double> lengths) {
  Load out;
  out.answers = std::move(lengths);
  return out;
}

// 1 % of noise from cycle to cycle, as a busy machine has.
RunView noisy() {
  const auto noise = block_means(static_cast<std::size_t>(kCaseSeconds) + 1, 10, 0.9, 0.01, 5);
  return loaded({}, [noise](double t) { return 1 + noise[static_cast<std::size_t>(t)]; });
}

RunView thermal(double ambient) {
  Plant plant;
  const auto trace = simulate({}, constant(ambient), constant(1), 2 * kCaseSeconds);
  add_thermal(plant, trace, constant(ambient));
  plant.work("chat", {}, 0, 2 * kCaseSeconds, from(trace.speed));
  return soak(plant, 2 * kCaseSeconds);
}

RunView two_workloads() {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  plant.work("mix", paced(5), 0, kCaseSeconds);
  return make_run({plant.board()}, {{"soak", kCaseSeconds}}, {"chat", "mix"});
}

RunView warming_memory() {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  plant.channel(
      "work.chat.memory", "By",
      [](double t) { return (500 + 80 * (1 - std::exp(-t / 200))) * kMiB; }, 0, kCaseSeconds);
  return soak(plant);
}

RunView capped_throughout() {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  plant.channel("cpu.policy0.frequency_cap", "Hz", constant(1.5e9), 0, kCaseSeconds)
      .channel("cpu.policy0.frequency_max", "Hz", constant(2.4e9), 0, kCaseSeconds);
  return soak(plant);
}

RunView hot_first() {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, 900, constant(0.7));
  plant.work("chat", {}, 900, kCaseSeconds);
  plant.cut("limiter.thermal.cpu_state", 0, kCaseSeconds)
      .channel("limiter.thermal.cpu_state", "{state}", pulse(0, 895, 2), 0, kCaseSeconds);
  RunView run = make_run({plant.board()}, {{"hot", 900}, {"cold", 900}});
  run.spec.phases[1].reference = true;
  return run;
}

RunView with_rig_fault() {
  RunView run = loaded({});
  run.events.push_back(make_event(300, "", event_kind::kRigFault,
                                  R"({"what":"the meter's line was noisy","remedy":"none"})"));
  return run;
}

RunView claims_met() {
  RunView run = loaded({});
  Claim speed;
  speed.name = "tokens_per_s";
  speed.value = 20.5;
  Claim power;
  power.name = "power_w";
  power.value = 5;
  run.spec.boards[0].claims = {speed, power};
  InstrumentSpec meter;
  meter.name = "meter";
  meter.board = "pi";
  meter.accuracy = 0.01;
  meter.measures = "wall";
  run.spec.instruments = {meter};
  return run;
}

}  // namespace

std::vector<GroundTruthCase> healthy_cases() {
  const Truth pass;
  const auto with = [](const Load& load) { return [load] { return loaded(load); }; };
  return {
      {"constant", "a constant load", pass, with({})},
      {"long-prompts", "prompts of 10 s for answers of 2 s", pass,
       with(load_of(1600, 40, 0, true))},
      {"long-prompts-one-clock", "the same, with one busy time for both", pass,
       with(load_of(1600, 40, 0, false))},
      {"growing-context", "decode loses half its speed within each cycle", pass,
       with(load_of(32, 300, 0.5, true))},
      {"growing-context-one-clock", "the same, with one busy time", pass,
       with(load_of(32, 300, 0.5, false))},
      {"uneven-answers", "answers of 20, 60 and 40 tokens in turn", pass,
       with(answers_of({20, 60, 40}))},
      {"paced", "one request every 30 s", pass, with(paced(27.8))},
      {"bursty", "bursts of five, then 45 s of nothing", pass, with(bursts(5, 45))},
      {"duty-cycled", "three minutes on, three off", pass, with(bursts(82, 180))},
      {"two-workloads", "two at once, each at its own pace", pass, two_workloads},
      {"noisy", "1 % of noise on the speed", pass, noisy},
      {"cool", "a thermal plant at 15 Cel, far from its trip point", pass,
       [] { return thermal(15); }},
      {"warm", "the same at 26 Cel, 3 K below its critical ambient", pass,
       [] { return thermal(26); }},
      {"memory-levels", "memory that warms up and levels off", pass, warming_memory},
      {"throttled-3s",
       "a limiter for 3 s: too short to slow a window",
       {Verdict::pass, {Cause::thermal}, {}, {}},
       [] { return limited("limiter.thermal.cpu_state", 0.8, 900, 903); }},
      {"throttled-2pc",
       "a limiter for 5 min that costs 2 %: too small to matter",
       {Verdict::pass, {Cause::thermal}, {}, {}},
       [] { return limited("limiter.thermal.cpu_state", 0.98, 900, 1200); }},
      {"dip-3s", "3 s at half speed and nothing that says why", pass,
       [] { return loaded({}, pulse(900, 903, 0.5, 1)); }},
      {"capped",
       "a clock that a user capped from the begin",
       {Verdict::pass, {Cause::user_cap}, {}, {}},
       capped_throughout},
      {"hot-first",
       "a hot first phase, throttled all through, before the cold reference",
       {Verdict::pass, {Cause::thermal}, {}, {}},
       hot_first},
      {"rig-fault-harmless", "a fault of the rig that cost no reading", pass, with_rig_fault},
      {"claims-met", "claims on speed and power that hold", pass, claims_met},
  };
}

}  // namespace soakrig::test
