// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/death_class.hpp"

#include "rig/base/rig_events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using soakrig::test::make_event;

namespace {

using Class = IncidentClass;

// One death at 1000 s: the link went at 1000, the board was back at 1040 on boot "b".
struct Fixture {
  DeathEvidence before, after;
  std::vector<Event> events;

  Fixture() {
    before.boot_id = "a";
    after.boot_id = "b";
    after.previous = "a";
  }
  Fixture& said(double t, const std::string& kind, const std::string& text,
                const std::string& from = "console") {
    events.push_back(make_event(t, "pi", event_kind::kKernelLog,
                                R"({"class":")" + kind + R"(","text":")" + text + R"(","from":")" +
                                    from + R"("})"));
    return *this;
  }
  Fixture& happened(double t, std::string_view kind, const std::string& body) {
    events.push_back(make_event(t, "pi", std::string(kind), body));
    return *this;
  }
  [[nodiscard]] ResetReason judge() const {
    std::vector<Event> all = events;
    all.push_back(make_event(1, "pi", std::string(event_kind::kDeath), encode(before)));
    all.push_back(make_event(1000, "pi", std::string(event_kind::kLink), R"({"up":false})"));
    // The new agent is heard a moment before the boot that it tells of.
    all.push_back(make_event(1039.99, "pi", std::string(event_kind::kLink),
                             R"({"up":true,"same_agent":false})"));
    all.push_back(make_event(1045, "pi", std::string(event_kind::kDeath), encode(after)));
    return judge_death(gather_death(
        all, "pi",
        make_event(1040, "pi", std::string(event_kind::kBoot), R"({"boot_id":"b","previous":"a"})")));
  }
};

bool tells(const ResetReason& reason, const std::string& part) {
  for (const std::string& line : reason.evidence) {
    if (line.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a panic is told by console, kernel log or pstore") {
  const auto heard = Fixture().said(999, "panic", "Kernel panic - not syncing: sysrq triggered crash").judge();
  CHECK(heard.kind == Class::kernel_panic);
  CHECK(heard.blame == Blame::board);
  CHECK(heard.at == 999 * kSecond);
  Fixture kept;
  kept.before.pstore = {{"dmesg-ramoops-0@1", {"Kernel panic - not syncing: an old one"}}};
  kept.after.pstore = {{"dmesg-ramoops-0@1", {"Kernel panic - not syncing: an old one"}},
                       {"dmesg-ramoops-1@2", {"Kernel panic - not syncing: Fatal exception"}}};
  const auto found = kept.judge();
  CHECK(found.kind == Class::kernel_panic);
  CHECK(tells(found, "pstore: Kernel panic - not syncing: Fatal exception"));
  CHECK_FALSE(tells(found, "an old one"));
  kept.after.pstore.pop_back();
  CHECK(kept.judge().kind == Class::unknown_reset);  // a record from before this run proves nothing
  CHECK(Fixture().said(999, "oops", "Oops: 0002").judge().kind == Class::kernel_panic);
}

TEST_CASE("a panic that a detector raised is a lockup") {
  for (const char* text : {"Kernel panic - not syncing: softlockup: hung tasks",
                           "Kernel panic - not syncing: hung_task: blocked tasks",
                           "Kernel panic - not syncing: Hard LOCKUP"}) {
    const auto found =
        Fixture().said(998, "soft-lockup", "BUG: soft lockup - CPU#0 stuck for 22s!").said(999, "panic", text).judge();
    CHECK(found.kind == Class::lockup);
    CHECK(found.blame == Blame::board);
    CHECK(tells(found, "soft lockup"));
  }
  CHECK(Fixture().said(990, "rcu-stall", "rcu: detected stalls").judge().kind == Class::lockup);
}

TEST_CASE("heat is told by the kernel's word, a watchdog or the vendor") {
  CHECK(Fixture().said(995, "thermal-shutdown", "hardware protection shutdown").said(999, "power-down", "reboot: Power down").judge().kind ==
        Class::thermal_shutdown);
  Fixture watchdog;
  watchdog.after.watchdogs = {{"watchdog0", "bcm", WatchdogStatus::kOverheat}};
  CHECK(watchdog.judge().kind == Class::thermal_shutdown);
  Fixture vendor;
  vendor.after.reset_source = "/sys/x/reset_reason";
  vendor.after.reset_reason = "SENSOR";
  vendor.after.celsius = 104.5;
  vendor.after.celsius_age_s = 0.4;
  const auto found = vendor.judge();
  CHECK(found.kind == Class::thermal_shutdown);
  CHECK(tells(found, "soc.temperature was last 104.5 Cel, 0.4 s before"));
}

TEST_CASE("an orderly end is a planned reboot, and nobody is blamed who was not seen") {
  const auto console = Fixture().said(999, "restart", "reboot: Restarting system").judge();
  CHECK(console.kind == Class::planned_reboot);
  CHECK(console.blame == Blame::unknown);
  Fixture journal;
  journal.after.journal = {"[1.0] systemd[1]: Reached target Reboot.", "[1.1] Journal stopped"};
  CHECK(journal.judge().kind == Class::planned_reboot);
  CHECK(Fixture().happened(998, event_kind::kAgentEnding, R"({"signal":15})").judge().kind ==
        Class::planned_reboot);
  const auto asked = Fixture().happened(990, event_kind::kOperator, R"({"action":"reboot"})").said(999, "panic", "Kernel panic").judge();
  CHECK(asked.blame == Blame::operator_);
  CHECK(Fixture().happened(990, event_kind::kPower, R"({"what":"cycle","recovery":false})").judge().blame ==
        Blame::operator_);
  CHECK(Fixture().happened(990, event_kind::kPower, R"({"what":"cycle","recovery":true})").judge().kind ==
        Class::unknown_reset);
  // A lockup that it got over does not explain an orderly end later; a panic is never orderly.
  CHECK(Fixture().said(700, "soft-lockup", "soft lockup").said(999, "restart", "reboot: Restarting system").judge().kind ==
        Class::planned_reboot);
}

TEST_CASE("a watchdog counts when it fired anew") {
  Fixture fired;
  fired.after.watchdogs = {{"watchdog0", "i6300ESB timer", WatchdogStatus::kCardReset}};
  const auto found = fired.judge();
  CHECK(found.kind == Class::watchdog_reset);
  CHECK(tells(found, "watchdog0 (i6300ESB timer) has bootstatus 0x20"));
  fired.before.watchdogs = fired.after.watchdogs;  // it stuck there
  CHECK(fired.judge().kind == Class::unknown_reset);
  Fixture word;
  word.after.reset_reason = "WATCHDOG";
  CHECK(word.judge().kind == Class::watchdog_reset);
}

TEST_CASE("a lost supply is told by the meter, by under-voltage, or by exclusion") {
  Fixture metered;
  metered.after.watts_before = 7.5;
  metered.after.watts_least = 0.02;
  metered.after.off_below = 1.0;
  const auto found = metered.judge();
  CHECK(found.kind == Class::power_loss);
  CHECK(found.blame == Blame::unknown);
  CHECK(tells(found, "fell to 0.02 W from 7.50 W"));
  metered.after.watts_least = 3.0;
  CHECK(metered.judge().kind == Class::unknown_reset);
  CHECK(Fixture().said(999, "under-voltage", "Undervoltage detected!").judge().kind == Class::power_loss);
  Fixture silent;
  silent.after.pstore_kept = true;
  silent.after.missing["journal"] = "there is none";
  const auto excluded = silent.judge();
  CHECK(excluded.kind == Class::power_loss);
  CHECK(tells(excluded, "no panic of that boot"));
  CHECK(tells(excluded, "no journal: there is none"));
  silent.after.pstore_kept = false;
  silent.after.console_heard = true;
  CHECK(silent.judge().kind == Class::power_loss);
}

TEST_CASE("what the rig brought back is judged by what it was before") {
  Fixture cycled;
  cycled.after.rig_did = "power-cycle";
  cycled.after.watts_least = 0.0;  // the rig's own cut proves nothing
  cycled.after.off_below = 1.0;
  cycled.after.pstore_kept = true;
  cycled.after.liveness = "wedged";
  CHECK(cycled.judge().kind == Class::lockup);
  CHECK(cycled.judge().blame == Blame::board);
  cycled.after.liveness = "unreachable";
  CHECK(cycled.judge().kind == Class::link_loss);
  CHECK(cycled.judge().blame == Blame::unknown);
  cycled.after.liveness = "well";
  CHECK(cycled.judge().kind == Class::planned_reboot);
}

TEST_CASE("silence proves nothing, and words of another death are not this one's") {
  CHECK(Fixture().judge().kind == Class::unknown_reset);
  CHECK(Fixture().said(300, "panic", "Kernel panic").judge().kind == Class::unknown_reset);   // long ago
  CHECK(Fixture().said(1041, "panic", "Kernel panic").judge().kind == Class::unknown_reset);  // after it
  CHECK(Fixture()
            .said(800, "panic", "Kernel panic")
            .happened(850, event_kind::kBoot, R"({"boot_id":"a","previous":"z"})")
            .judge()
            .kind == Class::unknown_reset);  // the boot before this one died of it
  Fixture other;
  other.after.boot_id = "c";
  other.after.pstore_kept = true;
  CHECK(other.judge().kind == Class::unknown_reset);  // of another boot
}
