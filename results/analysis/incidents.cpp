// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/incidents.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "results/analysis/death_class.hpp"
#include "results/analysis/event_body.hpp"
#include "results/analysis/series.hpp"
#include "rig/base/death_evidence.hpp"

namespace soakrig::analysis {

namespace {

// A reboot that was named and the boot event that shows it are this close together.
constexpr Nanos kSameReset = 10 * kMinute;
constexpr Nanos kOrderlyEnd = 30 * kSecond;  // what a shutdown takes to end everybody

Incident named_incident(const Event& event) {
  const EventBody body(event.body);
  Incident out;
  out.at = event.t;
  out.evidence = body.texts("evidence");
  out.workload = body.text("workload").value_or("");
  const std::string name = body.text("class").value_or("");
  const auto kind = parse_incident_class(name);
  const auto blame = parse_blame(body.text("blame").value_or(""));
  if (!kind || !blame) out.evidence.push_back("stored as: " + event.body);
  out.kind = kind.value_or(IncidentClass::unknown_reset);
  out.blame = kind ? blame.value_or(Blame::unknown) : Blame::unknown;
  return out;
}

Incident reboot(const Event& event, const EventBody& body, std::span<const Event> events) {
  ResetReason reason = judge_death(gather_death(events, event.board, event));
  Incident out;
  out.at = reason.at;
  out.kind = reason.kind;
  out.blame = reason.blame;
  out.evidence = std::move(reason.evidence);
  out.evidence.push_back("boot_id changed from " + body.text("previous").value_or("?") + " to " +
                         body.text("boot_id").value_or("?"));
  return out;
}

// What a reset takes along: the link that was lost by it, and workloads that an orderly end told to
// stop like everybody else.
bool is_part_of(const Incident& each, const Incident& reset, Nanos boot) {
  if (each.kind == IncidentClass::link_loss) return each.at >= reset.at && each.at <= boot;
  if (each.kind != IncidentClass::workload_crash || reset.kind != IncidentClass::planned_reboot) {
    return false;
  }
  return std::abs(each.at - reset.at) <= kOrderlyEnd &&
         std::ranges::any_of(each.evidence, [](const std::string& line) {
           return line.find("SIGTERM") != std::string::npos;
         });
}

std::optional<double> recovered_after(const Incident& incident, std::span<const Event> events,
                                      std::string_view board) {
  for (const Event& e : events) {
    if (e.t < incident.at || e.board != board || e.kind != event_kind::kWorkReady) continue;
    if (!incident.workload.empty() && EventBody(e.body).text("workload") != incident.workload) {
      continue;
    }
    return to_seconds(e.t - incident.at);
  }
  return std::nullopt;
}

// A lost link is back when the controller says so.
std::optional<double> link_back_after(const Incident& incident, std::span<const Event> events,
                                      std::string_view board) {
  for (const Event& e : events) {
    if (e.t < incident.at || e.board != board || e.kind != event_kind::kLink) continue;
    if (EventBody(e.body).flag("up").value_or(false)) return to_seconds(e.t - incident.at);
  }
  return std::nullopt;
}

// What the rig saw of a board while its link was away, and whose fault that makes it.
void add_liveness(Incident& incident, std::span<const Event> events, std::string_view board) {
  const Nanos back = incident.recovered_after_s ? incident.at + from_seconds(*incident.recovered_after_s)
                                                : std::numeric_limits<Nanos>::max();
  for (const Event& e : events) {
    if (e.board != board || e.t < incident.at || e.t > back) continue;
    const EventBody body(e.body);
    if (e.kind == event_kind::kLiveness) {
      const std::string judged = body.text("judged").value_or("");
      incident.evidence.push_back("while it was away it was " + judged);
      // Its network answers and lets nobody in: that is no cable's fault.
      if (judged == "no-service" && incident.blame == Blame::unknown) incident.blame = Blame::board;
    }
    if (e.kind == event_kind::kLink && body.flag("up").value_or(false) &&
        body.flag("same_agent").value_or(false)) {
      incident.evidence.push_back("its agent and its work went on all the while");
    }
  }
}

// Classes after which the workload or the board does not work until it is ready again.
bool stops_work(IncidentClass kind) {
  return is_reset(kind) || kind == IncidentClass::workload_crash ||
         kind == IncidentClass::workload_hang || kind == IncidentClass::oom ||
         kind == IncidentClass::deadlock;
}

}  // namespace

bool is_reset(IncidentClass kind) {
  switch (kind) {
    case IncidentClass::kernel_panic:
    case IncidentClass::lockup:
    case IncidentClass::watchdog_reset:
    case IncidentClass::power_loss:
    case IncidentClass::thermal_shutdown:
    case IncidentClass::planned_reboot:
    case IncidentClass::unknown_reset:
      return true;
    default:
      return false;
  }
}

std::vector<Incident> find_incidents(std::span<const Event> events, std::string_view board) {
  std::vector<Incident> out;
  for (const Event& e : events) {
    if (e.board == board && e.kind == event_kind::kIncident) out.push_back(named_incident(e));
  }
  std::vector<Incident> resets;
  for (const Event& e : events) {
    if (e.board != board || e.kind != event_kind::kBoot) continue;
    const EventBody body(e.body);
    if (body.text("previous").value_or("").empty()) continue;
    if (std::ranges::any_of(out, [&](const Incident& i) {
          return is_reset(i.kind) && std::abs(i.at - e.t) <= kSameReset;
        })) {
      continue;
    }
    resets.push_back(reboot(e, body, events));
    std::erase_if(out, [&](const Incident& each) {
      return is_part_of(each, resets.back(), e.t);
    });
  }
  out.insert(out.end(), resets.begin(), resets.end());
  std::ranges::stable_sort(out, {}, &Incident::at);
  for (Incident& i : out) {
    if (stops_work(i.kind)) i.recovered_after_s = recovered_after(i, events, board);
    if (i.kind != IncidentClass::link_loss) continue;
    i.recovered_after_s = link_back_after(i, events, board);
    add_liveness(i, events, board);
  }
  return out;
}

std::vector<Interval> down_times(std::span<const Incident> incidents, Nanos until) {
  std::vector<Interval> out;
  for (const Incident& i : incidents) {
    if (!stops_work(i.kind)) continue;
    const Nanos to = i.recovered_after_s ? i.at + from_seconds(*i.recovered_after_s) : until;
    out.push_back({i.at, std::min(to, until)});
  }
  return joined(std::move(out));
}

}  // namespace soakrig::analysis
