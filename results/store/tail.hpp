// SPDX-License-Identifier: Apache-2.0
//
// The unsealed end of every source: rows of this commit in memory, earlier ones as frames in the
// file, and the decision when to seal them. Belongs to the writer's thread; works inside its
// caller's transaction. A bound on everything: rows by rows_per_chunk and by cells, time by
// chunk_span.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "results/store/sealer.hpp"

namespace soakrig::store {

struct TailLimits {
  std::uint32_t rows_per_chunk = 4096;
  Nanos chunk_span = kHour;
};

class Tail {
 public:
  [[nodiscard]] static Result<Tail> prepare(Database& database, TailLimits limits);

  void add_source(SealPlace place, BoardId board);

  // Keeps the rows for the next write_frames; seals first where time jumps. Rows older than the
  // source's last are refused, counted and told by an event in take_events().
  [[nodiscard]] Result<void> add(SourceId source, const Batch& batch);
  // Makes frames of what was added and seals what is due. Before every commit.
  [[nodiscard]] Result<void> write_frames();
  // After a rollback, whose rows are gone: nothing of them is written again.
  void abandon();

  struct Counts {
    std::uint64_t rows = 0, samples = 0, chunks = 0, backwards_rows = 0;
    Nanos newest = 0;
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // Events that sealing and refusing gave rise to, with their boards.
  [[nodiscard]] std::vector<std::pair<BoardId, Event>> take_events();

 private:
  struct Source {
    SealPlace place;
    BoardId board = kRigBoard;
    Batch pending;
    std::vector<std::int64_t> frames;  // tail ids
    std::uint64_t framed_rows = 0;
    Nanos first = 0;  // of the unsealed rows
    Nanos last = INT64_MIN;

    [[nodiscard]] std::uint64_t unsealed() const { return framed_rows + pending.rows(); }
  };

  Tail(Statement insert, Sealer sealer, TailLimits limits)
      : insert_(std::move(insert)), sealer_(std::move(sealer)), limits_(limits) {}
  [[nodiscard]] std::uint64_t row_limit(const Source& source) const;
  [[nodiscard]] bool gap_before(const Source& source, Nanos t) const;
  [[nodiscard]] Result<void> write_frame(Source& source);
  [[nodiscard]] Result<void> seal(Source& source);
  Batch refuse_backwards(Source& source, const Batch& batch);

  Statement insert_;
  Sealer sealer_;
  TailLimits limits_;
  std::map<SourceId, Source> sources_;
  std::vector<std::pair<BoardId, Event>> events_;
  Counts counts_;
};

}  // namespace soakrig::store
