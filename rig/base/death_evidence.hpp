// SPDX-License-Identifier: Apache-2.0
//
// What is known about how a board's last boot ended: what the board itself kept of it, read by its agent,
// and what the rig saw from outside. One JSON object, which the agent prints, the controller
// completes and stores (event board.death), and the analysis judges. What could not be read is in
// `missing` with a reason; it is never taken for "did not happen". Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig {

namespace event_kind {
inline constexpr std::string_view kDeath = "board.death";        // the fields of DeathEvidence
inline constexpr std::string_view kAgentEnding = "agent.ending"; // signal: it was told to end
inline constexpr std::string_view kLiveness = "board.liveness";  // judged, rungs[]{name, sign, why}
inline constexpr std::string_view kRecovery = "board.recovery";  // rung, attempt, budget, why, ok…
}  // namespace event_kind

// One record that a kernel's persistent store kept of an end: a panic, an oops.
struct PstoreRecord {
  std::string id;                  // name and a sum of it: one record has one id at every reading
  std::vector<std::string> lines;  // those that mean something, then the last ones; bounded
};

// /sys/class/watchdog/NAME: what the timer says of the last reset. Bits of <linux/watchdog.h>.
struct WatchdogStatus {
  static constexpr std::uint64_t kOverheat = 0x01, kPowerUnder = 0x10, kCardReset = 0x20;
  std::string name, identity;
  std::uint64_t bootstatus = 0;
};

struct DeathEvidence {
  // Of the board, by its agent.
  std::string boot_id;
  std::optional<double> uptime_s;
  bool pstore_kept = false;  // a panic would have left a record that can be read
  std::vector<PstoreRecord> pstore;
  std::vector<WatchdogStatus> watchdogs;
  std::string reset_reason, reset_source;  // the vendor's word, and the file that says it
  std::vector<std::string> journal;        // the last lines of the previous boot's, oldest first
  std::map<std::string, std::string> missing;  // what -> why not
  // Of the rig. `previous` is empty where nobody died: what lay there when the run began.
  std::string previous;
  std::optional<double> down_s;                // from the last that was heard of it to its return
  std::optional<double> celsius, celsius_age_s;  // last soc.temperature, and how old it was then
  std::optional<double> watts_before, watts_least;  // of its meter: last while up, least while down
  std::optional<double> off_below;             // W: less than that is no supply
  bool console_heard = false;                  // the port was open all the while
  std::vector<std::string> console;            // its last lines before the silence
  std::string liveness;                        // what the rig took it for while it was down
  std::string rig_did;                         // the rung that brought it back; empty = none

  static constexpr std::size_t kMostRecords = 8, kMostLines = 40, kMostText = 300;
};

[[nodiscard]] std::string encode(const DeathEvidence& evidence);  // one line, without its end
// Hostile text: sizes are bounded, unknown fields ignored. Errc::corrupt when it is none.
[[nodiscard]] Result<DeathEvidence> parse_death_evidence(std::string_view json);

}  // namespace soakrig
