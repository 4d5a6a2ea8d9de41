// SPDX-License-Identifier: Apache-2.0
//
// The words of a stored run: what a writer is given and a reader gives back. Plain values, no
// SQLite, no JSON library. All times are run time (ns since the run's start) unless a name says
// otherwise; docs/formats/soak_file.md says how each one lies in the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/batch.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/event.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/run_state.hpp"
#include "rig/base/time.hpp"
#include "rig/base/verdict.hpp"

namespace soakrig::store {

inline constexpr std::uint32_t kApplicationId = 0x53524947;  // "SRIG"; file(1) and sqlite3 show it
inline constexpr int kSchemaVersion = 2;                     // readers take every version up to it

// Ids are small, dense and local to one file. Board 0 is the rig itself (chamber, instruments).
using BoardId = std::uint32_t;
using SourceId = std::uint32_t;
using ChannelId = std::uint32_t;
inline constexpr BoardId kRigBoard = 0;

// Fixed when the run starts.
struct RunHeader {
  std::string id;    // 8 to 64 of [0-9a-z-]; make_run_id() makes one
  std::string name;  // as in the profile; any text
  Nanos start_utc_ns = 0;
  Nanos start_boot_ns = 0;  // the rig's boot time at run time 0
  ProcessId owner;          // who writes: dead owner + not ended = interrupted
  std::string program_version;
  std::string commit;
  std::string build_flags;
  std::string host_json = "{}";  // facts of the rig's host
  std::string spec_json = "{}";  // encode_run_spec() of base
  std::string profile_text;      // the profile as it was read, without secrets
};

// Sortable by time and unique: "20260301-120000-1a2b3c4d" (UTC of `utc_ns` and random bits).
[[nodiscard]] std::string make_run_id(Nanos utc_ns);

// How far one agent's stream is durable. Stored in the same transaction as what it covers.
struct Cursor {
  BoardId board = kRigBoard;
  std::string stream;     // UUID of the agent's start
  std::uint64_t seq = 0;  // highest sequence number stored
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

struct PhaseTimes {
  std::uint32_t index = 0;  // into RunSpec::phases
  std::string name;
  Nanos begin = 0;
  std::optional<Nanos> dwell_begin, dwell_end, end;  // absent = not reached yet
  Nanos dwell_counted = 0;                           // dwell in tolerance so far; survives a resume
  friend bool operator==(const PhaseTimes&, const PhaseTimes&) = default;
};

// One clock mapped onto another. board kRigBoard: run time -> UTC of the rig. Another board: boot
// time of that board's boot `boot_id` -> run time.
struct Anchor {
  BoardId board = kRigBoard;
  std::string boot_id;
  ClockAnchor clock;
};

struct JournalEntry {
  std::uint64_t seq = 0;  // 1, 2, 3…
  Nanos t = 0;
  Nanos utc_ns = 0;
  std::string state;  // the controller's state that was about to begin
  std::string detail_json;
};

struct Judgement {
  Verdict verdict = Verdict::inconclusive;
  std::string json;  // results/analysis' judgement, whole
};

struct BoardRow {
  BoardId id = kRigBoard;
  std::string name;
  std::string facts_json;  // the latest; older ones are board.facts events
};

struct SourceRow {
  SourceId id = 0;
  BoardId board = kRigBoard;
  SourceInfo info;
};

struct ChannelRow {
  ChannelId id = 0;
  SourceId source = 0;
  std::uint32_t column = 0;  // in its source's rows
  std::string board;         // name; empty = the rig
  Nanos period = 0;          // of its source; 0 = irregular
  ChannelInfo info;
};

// A channel over time, ascending. v is 0 where the state is not good: look at the state first.
struct Series {
  std::vector<Nanos> t;
  std::vector<double> v;
  std::vector<State> state;
  std::vector<Event> gaps;  // one kGap per damaged blob: its rows are missing above
  [[nodiscard]] std::size_t size() const { return t.size(); }
};

// All channels of a source, row by row. A cell whose blob is damaged has State::error.
struct Rows {
  Batch batch;
  std::vector<Event> gaps;
};

struct Latest {
  ChannelId channel = 0;
  Nanos t = 0;
  double value = 0;  // 0 unless good
  State state = State::no_data;
};

struct FileStats {
  std::uint64_t file_bytes = 0, wal_bytes = 0;
  std::uint64_t rows = 0;          // over all sources
  std::uint64_t samples = 0;       // rows x channels
  std::uint64_t tail_samples = 0;  // of these, not sealed into chunks yet
  std::uint64_t value_bytes = 0;   // of chunk blobs
  std::uint64_t axis_bytes = 0;
  std::uint64_t events = 0;
};

}  // namespace soakrig::store
