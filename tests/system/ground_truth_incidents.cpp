// SPDX-License-Identifier: Apache-2.0
//
// Every class of incident, with who is to blame: only what falls on the board, or on nobody known,
// counts against it.
#include "tests/system/ground_truth_cases.hpp"

namespace soakrig::test {

namespace {

using analysis::RunView;

// The workload is away from 900 s to 905 s.
RunView restarted(const std::string& kind, const std::string& blame) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, 900).work("chat", {}, 905, kCaseSeconds);
  RunView run = soak(plant);
  add_incident(run, 900, kind, blame);
  add_ready(run, 905);
  return run;
}

// Nothing stops.
RunView told(const std::string& kind, const std::string& blame) {
  RunView run = loaded({});
  add_incident(run, 900, kind, blame);
  return run;
}

// The board is away from 900 s to 960 s; `named` = somebody saw why.
RunView reset(const std::string& kind, const std::string& blame, bool named = true) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, 900).work("chat", {}, 960, kCaseSeconds);
  for (const char* channel : {"soc.temperature", "cpu.frequency", "cpu.steal",
                              "limiter.thermal.cpu_state", "board.power"}) {
    plant.cut(channel, 900, 955);
  }
  RunView run = soak(plant);
  if (named) add_incident(run, 900, kind, blame, "");
  run.events.push_back(
      make_event(955, "pi", event_kind::kBoot, R"({"boot_id":"b2","previous":"b1"})"));
  add_ready(run, 960);
  return run;
}

// The link is away for three minutes; what the agent kept comes late, or is lost.
RunView link_lost(bool delivered) {
  Plant plant;
  plant.sensors(kCaseSeconds).work("chat", {}, 0, kCaseSeconds);
  if (!delivered) plant.cut("soc.temperature", 900, 1080);
  RunView run = soak(plant);
  add_incident(run, 900, "link-loss", "rig", "");
  return run;
}

}  // namespace

std::vector<GroundTruthCase> incident_cases() {
  using Class = IncidentClass;
  const auto counts = [](Class c) {
    return Truth{Verdict::fail, {}, {c}, std::string(to_string(c))};
  };
  const auto harmless = [](Class c) { return Truth{Verdict::pass, {}, {c}, {}}; };
  std::vector<GroundTruthCase> out;
  const auto add = [&](Class c, const std::string& blame, const std::string& what,
                       RunView (*make)(const std::string&, const std::string&)) {
    const std::string kind(to_string(c));
    const bool against = blame == "board" || blame == "unknown";
    out.push_back({kind + "-" + blame, what + ", blame " + blame, against ? counts(c) : harmless(c),
                   [=] { return make(kind, blame); }});
  };
  const auto boot = [](const std::string& kind, const std::string& blame) {
    return reset(kind, blame);
  };
  add(Class::workload_crash, "board", "the workload dies by a signal", restarted);
  add(Class::workload_crash, "config", "the workload ends for want of a file", restarted);
  add(Class::workload_hang, "board", "the workload makes no progress", restarted);
  add(Class::oom, "board", "the kernel kills the workload", restarted);
  add(Class::oom, "config", "a model that cannot fit is killed", restarted);
  add(Class::model_refused, "unknown", "an operator is refused", told);
  add(Class::output_mismatch, "board", "tokens differ from the golden ones", told);
  add(Class::kernel_panic, "board", "the kernel panics and reboots", boot);
  add(Class::lockup, "board", "a core locks up until the watchdog bites", boot);
  add(Class::watchdog_reset, "board", "the watchdog resets the board", boot);
  add(Class::power_loss, "rig", "the rig's relay cuts the supply", boot);
  add(Class::power_loss, "board", "the board browns out", boot);
  add(Class::thermal_shutdown, "board", "it switches off at its critical temperature", boot);
  add(Class::planned_reboot, "operator", "somebody reboots it", boot);
  add(Class::starvation, "board", "a task waits for a core without end", told);
  add(Class::deadlock, "board", "two threads wait for each other", restarted);
  add(Class::priority_inversion, "board", "a low task holds up a high one", told);
  add(Class::memory_leak, "unknown", "the agent itself tells of a leak", told);
  out.push_back({"reset-unnamed", "the boot_id changes and nobody says why",
                 counts(Class::unknown_reset), [] { return reset({}, {}, false); }});
  const auto last_word = [](const std::string& said) {
    RunView run = reset({}, {}, false);
    run.events.insert(run.events.begin(),
                      make_event(899, "pi", event_kind::kKernelLog,
                                 R"({"class":")" + said + R"(","text":"as the kernel puts it"})"));
    return run;
  };
  out.push_back({"reset-after-panic", "the same, and the kernel log ends in a panic",
                 counts(Class::kernel_panic), [=] { return last_word("panic"); }});
  out.push_back({"reset-after-heat", "the same, and the kernel log ends in a shutdown for heat",
                 counts(Class::thermal_shutdown), [=] { return last_word("thermal-shutdown"); }});
  out.push_back({"reset-after-brown-out", "the same, and the kernel log ends in under-voltage",
                 counts(Class::power_loss), [=] { return last_word("under-voltage"); }});
  out.push_back({"link-loss-delivered", "the link is away for 3 min and nothing is lost",
                 harmless(Class::link_loss), [] { return link_lost(true); }});
  out.push_back({"link-loss-hole",
                 "the same, but the readings of that time are lost",
                 {Verdict::error, {}, {Class::link_loss}, "rig fault: link-loss"},
                 [] { return link_lost(false); }});
  return out;
}

}  // namespace soakrig::test
