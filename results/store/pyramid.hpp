// SPDX-License-Identifier: Apache-2.0
//
// Writes the rollup table: level 1 beside each chunk, and the next level whenever enough blobs of
// one are waiting, read back from the file, so that the writer keeps no copy and an interrupted run
// is condensed by the same code. Works inside its caller's transaction; belongs to the thread of
// its Database, which must outlive it.
//
// The blobs of a level follow one another without a seam: the column t0 is where the blob before
// ended, so that a reader sees at once whether anything between two blobs is not condensed. A chunk
// whose rows all have the instant at which the chunk before it ended has no blob of its own.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "results/store/database.hpp"
#include "results/store/rollup.hpp"

namespace soakrig::store {

// One row of the table. Covers the rows with t0 < t <= t1; n stretches.
struct RollupRow {
  Nanos t0 = 0, t1 = 0;
  std::int64_t n = 0, crc = 0;
  Bytes blob;
};
// Nothing when the blob does not match its checksum or does not decode.
[[nodiscard]] std::optional<std::vector<ViewBin>> open_rollup(const RollupRow& row,
                                                              ChannelId channel, int level,
                                                              Packer& packer);
// The rows of a level that may cover [from, to], in order of time. Stops at damage.
[[nodiscard]] Result<std::vector<RollupRow>> read_rollups(Statement& select, ChannelId channel,
                                                          int level, Nanos from, Nanos to);
[[nodiscard]] Result<Statement> prepare_rollups(Database& database);
// The same rows without their blobs: t0, t1, n. Bound with channel, level, from, to.
[[nodiscard]] Result<Statement> prepare_spans(Database& database);

class Pyramid {
 public:
  [[nodiscard]] static Result<Pyramid> prepare(Database& database);

  // The rows of one chunk, as they are sealed.
  [[nodiscard]] Result<void> add(ChannelId channel, Nanos period, std::span<const Nanos> times,
                                 std::span<const double> values, std::span<const State> states);
  // At the end of a run: condenses what waits, where that pays.
  [[nodiscard]] Result<void> finish(ChannelId channel, Nanos period);

 private:
  struct Level {
    std::size_t waiting = 0;        // blobs that the next level does not cover yet
    std::optional<Nanos> from, to;  // what they cover: from < t <= to; `to` also of older ones
  };
  Pyramid(Statement select, Statement last, Statement insert)
      : select_(std::move(select)), last_(std::move(last)), insert_(std::move(insert)) {}
  [[nodiscard]] Result<std::vector<Level>*> levels_of(ChannelId channel);
  [[nodiscard]] Result<std::optional<Nanos>> last_of(ChannelId channel, int level);
  [[nodiscard]] Result<void> put(ChannelId channel, int level, Nanos after,
                                 std::span<const ViewBin> stretches);
  // Condenses the waiting blobs of a level into one of the next.
  [[nodiscard]] Result<void> raise(ChannelId channel, int level, std::optional<Nanos> longest);

  Statement select_, last_, insert_;
  Packer packer_;
  std::map<ChannelId, std::vector<Level>> channels_;  // [0] is level 1
};

}  // namespace soakrig::store
