// SPDX-License-Identifier: Apache-2.0
//
// What cannot be judged: others had the machine, something was not readable, the rig or a person
// was in the way. Never a pass, never held against the board.
#include "tests/system/ground_truth_cases.hpp"

namespace soakrig::test {

namespace {

using analysis::RunView;

RunView stolen(const OverTime& steal, const OverTime& factor) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds, factor);
  plant.cut("cpu.steal", 0, kCaseSeconds).channel("cpu.steal", "%", steal, 0, kCaseSeconds);
  return soak(plant);
}

RunView strangers() {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds, pulse(900, 1e9, 0.6, 1));
  plant.channel("cpu.usage", "%", constant(100), 0, kCaseSeconds)
      .channel("cpu.core0.usage", "%", constant(100), 0, kCaseSeconds)
      .channel("work.chat.cpu", "%", pulse(900, 1e9, 60, 99), 0, kCaseSeconds);
  return soak(plant);
}

RunView blind(const std::vector<std::string>& channels, double from, double to) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  for (const std::string& c : channels) plant.cut(c, from, to);
  return soak(plant);
}

RunView unreadable(const std::string& channel, const std::string& unit) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  plant.unreadable(channel, unit, "no driver is bound");
  return soak(plant);
}

RunView no_work() {
  Plant plant;
  plant.sensors(kCaseSeconds);
  return soak(plant);
}

// The second phase never comes; `why` = the event that says so.
RunView cut_short(std::string_view kind, const std::string& body) {
  Plant plant;
  plant.sensors(900).work("chat", {}, 0, 900);
  RunView run = make_run({plant.board()}, {{"cold", 900}, {"hot", 900}});
  run.phases.pop_back();
  run.now = 900 * kSecond;
  if (!body.empty()) run.events.push_back(make_event(899, "", kind, body));
  return run;
}

RunView chamber_too_hot() {
  RunView run = loaded({});
  Plant chamber("");
  chamber.channel("chamber.temperature", "Cel", pulse(900, 960, 95, 40), 0, kCaseSeconds);
  run.rig = chamber.board().channels;
  run.spec.chamber = ChamberSpec{};
  run.spec.chamber->limits = {{"chamber.temperature", std::nullopt, 90.0, LimitAction::trip}};
  return run;
}

RunView claimed(const Claim& claim) {
  RunView run = loaded({});
  run.spec.boards[0].claims = {claim};
  return run;
}

Claim claim_of(const std::string& name, double value) {
  Claim out;
  out.name = name;
  out.value = value;
  return out;
}

Truth unsure(std::string reason, std::vector<Cause> causes = {}) {
  return {Verdict::inconclusive, std::move(causes), {}, std::move(reason)};
}

Truth faulty(std::string reason) { return {Verdict::error, {}, {}, std::move(reason)}; }

}  // namespace

std::vector<GroundTruthCase> unsure_cases() {
  const std::string stop = R"({"action":"stop"})",
                    lost = R"({"what":"the chamber's link is lost"})";
  return {
      {"steal-healthy", "3 % of steal, and no harm done", unsure("steal"),
       [] { return stolen(constant(3), constant(1)); }},
      {"steal-slow", "9 % of steal while the speed halves", unsure("steal", {Cause::contention}),
       [] { return stolen(pulse(900, 1e9, 9, 0), pulse(900, 1e9, 0.5, 1)); }},
      {"steal-windows", "30 % of steal for 3 min only", unsure("steal", {Cause::contention}),
       [] { return stolen(pulse(600, 780, 30), pulse(600, 780, 0.6, 1)); }},
      {"strangers", "somebody else's programs take 40 % of a full machine",
       unsure("other programs", {Cause::contention}), strangers},
      {"contention-limiter", "a limiter of contention for 5 min",
       unsure("other programs contended", {Cause::contention}),
       [] { return limited("limiter.contention.steal", 0.7, 900, 1200); }},
      {"no-temperature", "no thermal zone", unsure("soc.temperature"),
       [] { return unreadable("soc.temperature", "Cel"); }},
      {"no-limiter", "neither a clock nor a limiter", unsure("a clock or limiter signal"),
       [] {
         return blind({"cpu.frequency", "limiter.thermal.cpu_state"}, 0, kCaseSeconds);
       }},
      {"half-blind", "half an hour's temperature is half there", unsure("soc.temperature"),
       [] { return blind({"soc.temperature"}, 900, kCaseSeconds); }},
      {"no-work", "a workload that never reports", unsure("no speed of chat"), no_work},
      {"too-short", "a dwell of one window", unsure("cannot be judged"),
       [] { return loaded({}, constant(1), 60); }},
      {"operator-stop", "somebody stops it before the second phase", unsure("hot"),
       [=] { return cut_short(event_kind::kOperator, stop); }},
      {"never-reached", "the second phase never comes, nobody says why", unsure("hot"),
       [] { return cut_short({}, {}); }},
      {"chamber-lost", "the second phase never comes: the chamber is lost",
       faulty("rig fault: the chamber's link"),
       [=] { return cut_short(event_kind::kRigFault, lost); }},
      {"chamber-trip", "the second phase never comes: the guard tripped", faulty("rig fault"),
       [] { return cut_short(event_kind::kTrip, R"({"reason":"chamber above its limit"})"); }},
      {"chamber-too-hot", "the chamber breaks its own limit", faulty("limit: chamber.temperature"),
       chamber_too_hot},
      {"claim-not-exercised", "a claim for a GPU, and the load ran on the CPU",
       unsure("did not exercise"),
       [] {
         Claim c = claim_of("tokens_per_s", 20);
         c.device = "gpu";
         return claimed(c);
       }},
      {"claim-no-accuracy", "a claim on power, and a meter of unknown accuracy",
       unsure("is not known"), [] { return claimed(claim_of("power_w", 10)); }},
      {"claim-no-ambient", "a claim at 25 Cel, and no ambient was measured",
       unsure("ambient was not measured"),
       [] {
         Claim c = claim_of("tokens_per_s", 20);
         c.ambient = 25;
         return claimed(c);
       }},
  };
}

}  // namespace soakrig::test
