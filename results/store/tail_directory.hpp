// SPDX-License-Identifier: Apache-2.0
//
// Which frames of the tail belong to which source. The table lies in the order of writing, which is
// what makes a commit cheap, so whoever reads one source passes the frames of all others; this
// remembers what was passed, newest first, so that reading all sources passes every frame once.
//
// Stays right while the run is written: SQLite gives ids above the highest that is there, so
// nothing comes in between as long as the newest frame that is known is still there, which every
// call looks at first. Frames that were sealed since are named still; whoever asks for them finds
// none.
//
// Not thread-safe. Each call must see the file as the call before it did, or as it was later.
// 24 bytes a frame. Internal to results/store.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "results/store/database.hpp"
#include "results/store/model.hpp"

namespace soakrig::store {

struct TailFrame {
  std::int64_t id = 0;
  Nanos t0 = 0, t1 = 0;
};

// Frames of one source, newest first.
struct TailFrames {
  std::vector<TailFrame> frames;
  bool cut_short = false;  // older ones may lie behind damage
};

class TailDirectory {
 public:
  // Those that end at or after `from`.
  [[nodiscard]] Result<TailFrames> since(Database& database, SourceId source, Nanos from);
  // The newest alone, if there is one.
  [[nodiscard]] Result<TailFrames> newest(Database& database, SourceId source);

 private:
  struct Mark {  // what a frame is known by again
    TailFrame frame;
    std::int64_t source = 0, crc = 0;
  };
  using Frames = std::deque<TailFrame>;  // oldest first

  // Notes what was written since the last call, or forgets everything where that cannot be told.
  [[nodiscard]] Result<void> catch_up(Database& database);
  // Goes on towards the oldest frame until `enough` is known of the source.
  template <class Enough>
  [[nodiscard]] Result<const Frames*> read_back(Database& database, SourceId source,
                                                const Enough& enough);
  static Mark mark_of(const Statement& row);

  std::map<std::int64_t, Frames> frames_;  // by source
  std::optional<Mark> newest_;
  std::int64_t oldest_ = INT64_MAX;  // from here on all frames are known
  bool whole_ = false, damaged_ = false;
};

}  // namespace soakrig::store
