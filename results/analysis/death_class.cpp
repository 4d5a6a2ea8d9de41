// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/death_class.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "results/analysis/event_body.hpp"
#include "rig/base/kernel_message.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::analysis {
namespace {

constexpr Nanos kReach = 10 * kMinute;

bool holds(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;  // `part` is in lower case
  };
  return !std::ranges::search(text, part, same).empty();
}
bool holds_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return holds(text, part); });
}

std::string said(const KernelWord& word) {
  if (word.from == "pstore") return fmt::format("pstore: {}", word.text);
  return fmt::format("{} at {:.1f} s: {}", word.from, to_seconds(word.t), word.text);
}

// The last word of one of these kinds, and every source's last one of it as evidence.
struct Said {
  const KernelWord* last = nullptr;
  std::vector<std::string> evidence;
};
Said find_said(const DeathCase& death, std::initializer_list<std::string_view> kinds) {
  Said out;
  for (const std::string_view from : {"console", "kernel log", "pstore"}) {
    const KernelWord* last = nullptr;
    for (const KernelWord& word : death.words) {
      if (word.from == from && std::ranges::find(kinds, word.kind) != kinds.end()) last = &word;
    }
    if (last == nullptr) continue;
    if (out.last == nullptr) out.last = last;
    out.evidence.push_back(said(*last));
  }
  return out;
}

std::optional<ResetReason> by_words(const DeathCase& death, IncidentClass kind,
                                    std::initializer_list<std::string_view> kinds,
                                    Blame blame = Blame::board) {
  Said found = find_said(death, kinds);
  if (found.last == nullptr) return std::nullopt;
  return ResetReason{kind, blame, std::move(found.evidence), found.last->t};
}

std::optional<ResetReason> by_panic(const DeathCase& death) {
  auto out = by_words(death, IncidentClass::kernel_panic, {"panic"});
  if (!out) return out;
  for (const KernelWord& word : death.words) {
    if (word.kind == "panic" &&
        holds_any(word.text, {"softlockup", "hung_task", "hard lockup", "rcu stall"})) {
      out->kind = IncidentClass::lockup;
    }
  }
  if (out->kind != IncidentClass::lockup) return out;
  for (std::string& more :
       find_said(death, {"hard-lockup", "soft-lockup", "rcu-stall", "hung-task"}).evidence) {
    out->evidence.push_back(std::move(more));
  }
  return out;
}

std::optional<ResetReason> in_order(const DeathCase& death) {
  ResetReason out{IncidentClass::planned_reboot, Blame::unknown, {}, death.boot};
  if (const Said end = find_said(death, {"restart", "power-down"}); end.last != nullptr) {
    out.evidence = end.evidence;
    out.at = end.last->t;
  }
  for (const std::string& line : death.after ? death.after->journal : std::vector<std::string>()) {
    if (!holds_any(line, {"reached target reboot", "reached target system reboot",
                          "reached target power-off", "reached target system power off",
                          "reached target reboot.target", "reached target shutdown",
                          "systemd-shutdown", "journal stopped"})) {
      continue;
    }
    out.evidence.push_back("journal of the previous boot: " + line);
    break;
  }
  if (death.told) {
    out.evidence.push_back(fmt::format("its agent was told to end at {:.1f} s", to_seconds(*death.told)));
    out.at = std::min(out.at, *death.told);
  }
  if (out.evidence.empty()) return std::nullopt;
  out.evidence.push_back("an orderly end; nothing says who asked for it");
  return out;
}

std::optional<ResetReason> by_watchdog(const DeathCase& death) {
  if (!death.after) return std::nullopt;
  for (const WatchdogStatus& now : death.after->watchdogs) {
    std::uint64_t fresh = now.bootstatus;
    for (const WatchdogStatus& then :
         death.before ? death.before->watchdogs : std::vector<WatchdogStatus>()) {
      if (then.name == now.name) fresh &= ~then.bootstatus;  // it stuck there from before
    }
    const std::string evidence =
        fmt::format("{} ({}) has bootstatus {:#x}", now.name, now.identity, now.bootstatus);
    if ((fresh & WatchdogStatus::kCardReset) != 0) {
      return ResetReason{IncidentClass::watchdog_reset, Blame::board, {evidence}, death.boot};
    }
    if ((fresh & WatchdogStatus::kOverheat) != 0) {
      return ResetReason{IncidentClass::thermal_shutdown, Blame::board, {evidence}, death.boot};
    }
    if ((fresh & WatchdogStatus::kPowerUnder) != 0) {
      return ResetReason{IncidentClass::power_loss, Blame::unknown, {evidence}, death.boot};
    }
  }
  return std::nullopt;
}

std::optional<ResetReason> by_vendor(const DeathCase& death) {
  if (!death.after || death.after->reset_reason.empty()) return std::nullopt;
  const std::string& word = death.after->reset_reason;
  const std::vector<std::string> evidence = {death.after->reset_source + ": " + word};
  if (holds_any(word, {"thermal", "over-temp", "overtemp", "sensor"})) {
    return ResetReason{IncidentClass::thermal_shutdown, Blame::board, evidence, death.boot};
  }
  if (holds_any(word, {"watchdog", "wdt"})) {
    return ResetReason{IncidentClass::watchdog_reset, Blame::board, evidence, death.boot};
  }
  if (holds_any(word, {"under-volt", "undervolt", "brown", "power on", "power_on", "power-on"})) {
    return ResetReason{IncidentClass::power_loss, Blame::unknown, evidence, death.boot};
  }
  return std::nullopt;
}

std::optional<ResetReason> by_supply(const DeathCase& death) {
  if (!death.after || !death.after->rig_did.empty()) return std::nullopt;
  const DeathEvidence& e = *death.after;
  if (!e.watts_least || !e.off_below || *e.watts_least >= *e.off_below) return std::nullopt;
  std::string words = fmt::format("its meter fell to {:.2f} W", *e.watts_least);
  if (e.watts_before) words += fmt::format(" from {:.2f} W", *e.watts_before);
  return ResetReason{IncidentClass::power_loss, Blame::unknown, {words}, death.boot};
}

std::optional<ResetReason> by_rig(const DeathCase& death) {
  if (!death.after || death.after->rig_did.empty()) return std::nullopt;
  const std::string& seen = death.after->liveness;
  ResetReason out{IncidentClass::link_loss, Blame::unknown, {}, death.boot};
  if (seen == "wedged") out.kind = IncidentClass::lockup, out.blame = Blame::board;
  if (seen == "well") out.kind = IncidentClass::planned_reboot, out.blame = Blame::operator_;
  out.evidence = {"the rig brought it back by a " + death.after->rig_did,
                  "before that it was " + (seen.empty() ? std::string("not looked at") : seen)};
  return out;
}

std::optional<ResetReason> by_exclusion(const DeathCase& death) {
  if (!death.after || !(death.after->pstore_kept || death.after->console_heard)) {
    return std::nullopt;
  }
  ResetReason out{IncidentClass::power_loss, Blame::unknown, {}, death.boot};
  if (death.after->pstore_kept) out.evidence.push_back("pstore was read and holds no panic of that boot");
  if (death.after->console_heard) {
    out.evidence.push_back("the serial console was heard and the kernel had no last words");
  }
  out.evidence.push_back("no orderly end was seen");
  return out;
}

// What goes with any class.
void add_circumstances(const DeathCase& death, ResetReason& out) {
  if (!death.after) return;
  const DeathEvidence& e = *death.after;
  if (e.celsius) {
    out.evidence.push_back(fmt::format("soc.temperature was last {:.1f} Cel", *e.celsius) +
                           (e.celsius_age_s ? fmt::format(", {:.1f} s before", *e.celsius_age_s)
                                            : std::string()));
  }
  if (e.uptime_s && e.down_s) {
    out.evidence.push_back(fmt::format("away for {:.1f} s, up for {:.1f} s of them", *e.down_s, *e.uptime_s));
  }
  if (out.kind != IncidentClass::unknown_reset && out.kind != IncidentClass::power_loss) return;
  for (const auto& [what, why] : e.missing) out.evidence.push_back("no " + what + ": " + why);
}

void add_pstore(DeathCase& death) {
  if (!death.after || !death.before) return;  // without a look before, a record may be an old one
  for (const PstoreRecord& record : death.after->pstore) {
    const auto known = [&](const PstoreRecord& old) { return old.id == record.id; };
    if (std::ranges::any_of(death.before->pstore, known)) continue;
    for (const std::string& line : record.lines) {
      const auto found = classify_kernel_message(line);
      if (!found) continue;
      death.words.push_back({death.silent_since.value_or(death.boot), std::string(found->name), line,
                             "pstore"});
    }
  }
}

}  // namespace

DeathCase gather_death(std::span<const Event> events, std::string_view board, const Event& boot) {
  DeathCase out;
  out.boot = boot.t;
  const std::string id = EventBody(boot.body).text("boot_id").value_or("");
  Nanos since = 0;
  bool answered = false;
  for (const Event& e : events) {
    if (e.board != board || e.t >= boot.t) continue;
    if (e.kind == event_kind::kBoot) since = std::max(since, e.t + 1), out.silent_since.reset();
    if (e.kind != event_kind::kLink) continue;
    const EventBody link(e.body);
    const bool up = link.flag("up").value_or(false);
    if (!up && (!out.silent_since || answered)) out.silent_since = e.t;
    // Another agent that answers is the boot itself, told a moment before; unless its link is lost
    // again: then it was the old boot's, and the board died later.
    answered = up;
    if (up && link.flag("same_agent").value_or(true)) out.silent_since.reset();
  }
  since = std::max(since, out.silent_since.value_or(boot.t) - kReach);
  for (const Event& e : events) {
    const bool its = e.board == board;
    const EventBody body(e.body);
    if (its && e.kind == event_kind::kDeath) {
      auto evidence = parse_death_evidence(e.body);
      if (!evidence) continue;
      if (evidence->boot_id == id && !id.empty() && !evidence->previous.empty()) {
        out.after = std::move(*evidence);
      } else if (e.t < boot.t) {
        out.before = std::move(*evidence);
      }
      continue;
    }
    if (e.t < since || e.t > boot.t) continue;
    if (e.kind == event_kind::kOperator && (e.board.empty() || its) &&
        body.text("action") == "reboot") {
      out.operator_reboot = e.t;
    }
    if (!its) continue;
    if (e.kind == event_kind::kPower && !body.flag("recovery").value_or(false) &&
        body.text("what") != "on") {
      out.rig_power = e.t;
    }
    if (e.kind == event_kind::kAgentEnding) out.told = e.t;
    if (e.kind != event_kind::kKernelLog) continue;
    out.words.push_back({e.t, body.text("class").value_or(""), body.text("text").value_or(""),
                         body.text("from") == "console" ? "console" : "kernel log"});
  }
  add_pstore(out);
  return out;
}

ResetReason judge_death(const DeathCase& death) {
  const auto choose = [&]() -> ResetReason {
    using enum IncidentClass;
    if (death.operator_reboot) {
      const Nanos t = *death.operator_reboot;
      return {planned_reboot, Blame::operator_,
              {fmt::format("the operator rebooted it at {:.1f} s", to_seconds(t))}, t};
    }
    if (death.rig_power) {
      const Nanos t = *death.rig_power;
      return {planned_reboot, Blame::operator_,
              {fmt::format("a phase of the profile switched its supply at {:.1f} s", to_seconds(t))}, t};
    }
    if (auto r = by_words(death, thermal_shutdown, {"thermal-shutdown", "critical-temperature"})) {
      return *r;
    }
    if (auto r = by_panic(death)) return *r;
    if (auto r = in_order(death)) return *r;
    if (auto r = by_words(death, kernel_panic, {"oops"})) return *r;
    if (auto r = by_words(death, lockup, {"hard-lockup", "soft-lockup", "rcu-stall", "hung-task"})) {
      return *r;
    }
    if (auto r = by_watchdog(death)) return *r;
    if (auto r = by_vendor(death)) return *r;
    if (auto r = by_supply(death)) return *r;
    if (auto r = by_words(death, power_loss, {"under-voltage"}, Blame::unknown)) return *r;
    if (auto r = by_rig(death)) return *r;
    if (auto r = by_exclusion(death)) return *r;
    return {unknown_reset, Blame::unknown, {}, death.boot};
  };
  ResetReason out = choose();
  // The words may come late or be stamped by another clock; the silence is the rig's own.
  if (death.silent_since) out.at = std::min(out.at, *death.silent_since);
  add_circumstances(death, out);
  return out;
}

}  // namespace soakrig::analysis
