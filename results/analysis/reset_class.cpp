// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/reset_class.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/analysis/event_body.hpp"

namespace soakrig::analysis {

namespace {

constexpr Nanos kReach = 10 * kMinute;

// A class of the kernel log's allow-list (docs/formats/events.md: kernel.log) and what it means
// when the board is next heard of with another boot_id. In order of weight.
struct LastWord {
  std::string_view said;
  IncidentClass kind;
  Blame blame;
};
constexpr std::array kLastWords{
    LastWord{"thermal-shutdown", IncidentClass::thermal_shutdown, Blame::board},
    LastWord{"critical-temperature", IncidentClass::thermal_shutdown, Blame::board},
    LastWord{"panic", IncidentClass::kernel_panic, Blame::board},
    LastWord{"oops", IncidentClass::kernel_panic, Blame::board},
    LastWord{"hard-lockup", IncidentClass::lockup, Blame::board},
    LastWord{"soft-lockup", IncidentClass::lockup, Blame::board},
    LastWord{"rcu-stall", IncidentClass::lockup, Blame::board},
    LastWord{"under-voltage", IncidentClass::power_loss, Blame::unknown},
};

}  // namespace

ResetReason reset_reason(std::span<const Event> events, std::string_view board, Nanos boot) {
  ResetReason out;
  out.at = boot;
  std::size_t weight = kLastWords.size();
  for (const Event& e : events) {
    if (e.t > boot || e.t < boot - kReach) continue;
    const EventBody body(e.body);
    if (e.kind == event_kind::kOperator && (e.board.empty() || e.board == board) &&
        body.text("action") == "reboot") {
      return {IncidentClass::planned_reboot, Blame::operator_,
              fmt::format("the operator rebooted it at {:.1f} s", to_seconds(e.t)), e.t};
    }
    if (e.kind != event_kind::kKernelLog || e.board != board) continue;
    const auto said =
        std::ranges::find(kLastWords, body.text("class").value_or(""), &LastWord::said);
    const auto place = static_cast<std::size_t>(said - kLastWords.begin());
    if (place >= weight) continue;
    weight = place;
    out = {
        said->kind, said->blame,
        fmt::format("kernel log at {:.1f} s: {}", to_seconds(e.t), body.text("text").value_or("")),
        e.t};
  }
  return out;
}

}  // namespace soakrig::analysis
