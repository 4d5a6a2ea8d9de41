// SPDX-License-Identifier: Apache-2.0
//
// Kinds of events about the rig itself, beside those of event.hpp. A kind is never renamed once it
// has been stored.
#pragma once

#include <string_view>

namespace soakrig::event_kind {

// A board's serial console: what it said (to_s, lines, lost, zstd), and whether it is heard (up, reason).
inline constexpr std::string_view kConsoleLog = "console.log";
inline constexpr std::string_view kConsoleLink = "console.link";
inline constexpr std::string_view kPower = "power";  // what, ok, watts, reason…
inline constexpr std::string_view kSearch = "search";  // phase, ambient, rung, gave_way, why…
inline constexpr std::string_view kMeter = "meter";  // instrument, what, integrated_j, counted_j…

// name, map, part_number, serial, connect, virtual: what an instrument says it is
inline constexpr std::string_view kInstrument = "instrument.identity";

}  // namespace soakrig::event_kind
