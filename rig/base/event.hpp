// SPDX-License-Identifier: Apache-2.0
//
// Something that happened at an instant. Samples say how it was, events say what occurred. The body
// is a JSON object as text, so that this header needs no JSON library; docs/formats/events.md
// lists the fields of each kind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rig/base/time.hpp"

namespace soakrig {

enum class Severity : std::uint8_t { info = 0, warning = 1, alarm = 2 };

struct Event {
  Nanos t = 0;          // run time once stored; boot time on its way up from an agent
  std::string board;    // empty = the rig itself
  std::string kind;     // one of the names below
  Severity severity = Severity::info;
  std::string body = "{}";  // a JSON object
};

[[nodiscard]] std::string_view to_string(Severity severity);

// Kinds. A kind is never renamed once it has been stored.
namespace event_kind {
inline constexpr std::string_view kWorkStarted = "work.started";    // workload, pid, start_time, argv
inline constexpr std::string_view kWorkReady = "work.ready";        // workload, instance
inline constexpr std::string_view kWorkExited = "work.exited";      // workload, expected, signal|code
inline constexpr std::string_view kWorkRestart = "work.restart";    // workload, attempt, budget, after_s
inline constexpr std::string_view kWorkGarbage = "work.garbage";    // workload, lines, bytes, example
inline constexpr std::string_view kWorkCheck = "work.check";        // workload, ok, expected, got
inline constexpr std::string_view kWorkNote = "work.note";          // workload, and what it said
inline constexpr std::string_view kIncident = "incident";           // class, blame, workload, evidence[]
inline constexpr std::string_view kChannelState = "channel.state";  // channel, state, reason
inline constexpr std::string_view kProbeOverrun = "probe.overrun";  // probe, missed
inline constexpr std::string_view kKernelLog = "kernel.log";        // class, text, monotonic_s
inline constexpr std::string_view kBoot = "board.boot";             // boot_id, previous
inline constexpr std::string_view kFacts = "board.facts";           // the facts captured
inline constexpr std::string_view kLink = "board.link";             // up, reason
inline constexpr std::string_view kLimit = "limit";                 // channel, value, min|max, action
inline constexpr std::string_view kTrip = "trip";                   // reason
inline constexpr std::string_view kGap = "gap";                     // source, from_s, to_s, reason
inline constexpr std::string_view kChamber = "chamber";             // what happened, set_point…
inline constexpr std::string_view kRigFault = "rig.fault";          // what, remedy: never the board's
inline constexpr std::string_view kOperator = "operator";           // action
inline constexpr std::string_view kNotify = "notify";               // on, argv0, ok, reason
}  // namespace event_kind

}  // namespace soakrig
