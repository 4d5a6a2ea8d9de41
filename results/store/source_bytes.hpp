// SPDX-License-Identifier: Apache-2.0
//
// The stored bytes of one source as they lie in the file, copied out within one transaction and
// decoded later, when the connection is gone (rows_decoder.hpp). Where SQLite itself meets damage,
// what was read before it still counts. Internal to results/store.
#pragma once

#include <cstdint>
#include <vector>

#include "results/store/database.hpp"
#include "results/store/sealer.hpp"
#include "results/store/tail_directory.hpp"

namespace soakrig::store {

struct StoredColumn {
  bool present = false;
  std::int64_t good = 0, crc = 0;
  Bytes blob;
};

// One sealed stretch of a source: its axis and the columns that were asked for.
struct Stretch {
  std::int64_t axis = 0, n = 0, crc = 0;
  Nanos t0 = 0, t1 = 0;
  Bytes times;
  std::vector<StoredColumn> columns;
};

struct StoredFrame {
  std::int64_t n = 0, crc = 0;
  Nanos t0 = 0, t1 = 0;
  Bytes blob;
};

struct SourceBytes {
  std::vector<Stretch> stretches;
  std::vector<StoredFrame> frames;  // in order
  bool cut_short = false;           // SQLite itself met damage
};

struct WantedSource {
  SealPlace place;                     // all channels, by column
  std::vector<std::uint32_t> columns;  // of these, the ones wanted
};

// The source with all its channels; Errc::not_found.
[[nodiscard]] Result<SealPlace> find_source(Database& database, SourceId id);
// The source of one channel, with that channel wanted.
[[nodiscard]] Result<WantedSource> find_channel(Database& database, ChannelId channel);

// Everything that may hold rows inside [from, to]; whole chunks and frames, not clipped. `tail`: its
// frames since `from`, as a TailDirectory found them in this transaction.
[[nodiscard]] Result<SourceBytes> read_source_bytes(Database& database, const WantedSource& wanted,
                                                    const TailFrames& tail, Nanos from, Nanos to);
// The last frame, or the last chunk where nothing is unsealed.
[[nodiscard]] Result<SourceBytes> read_newest_bytes(Database& database, const WantedSource& wanted,
                                                    TailDirectory& directory);

}  // namespace soakrig::store
