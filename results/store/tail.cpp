// SPDX-License-Identifier: Apache-2.0
#include "results/store/tail.hpp"

#include <algorithm>

#include "results/store/blob_check.hpp"
#include "results/store/frame.hpp"
#include "results/store/gap_event.hpp"
#include "results/store/view_bins.hpp"

namespace soakrig::store {
namespace {

// 16 MiB of doubles at a seal, however wide a source is.
constexpr std::uint64_t kSealCells = 1u << 21;
// A source that always comes late must not be sealed row by row.
constexpr std::uint64_t kLeastRowsToSealAtGap = 64;

}  // namespace

Result<Tail> Tail::prepare(Database& database, TailLimits limits) {
  auto insert =
      database.prepare("INSERT INTO tail(source, t0, t1, n, crc, data) VALUES(?, ?, ?, ?, ?, ?)");
  if (!insert) return insert.error();
  auto sealer = Sealer::prepare(database);
  if (!sealer) return sealer.error();
  return Tail(std::move(*insert), std::move(*sealer), limits);
}

void Tail::add_source(SealPlace place, BoardId board) {
  Source source;
  source.board = board;
  source.pending.columns = static_cast<std::uint32_t>(place.channels.size());
  source.place = std::move(place);
  const SourceId id = source.place.source;
  sources_.insert_or_assign(id, std::move(source));
}

std::uint64_t Tail::row_limit(const Source& source) const {
  const std::uint64_t columns = std::max<std::uint64_t>(source.place.channels.size(), 1);
  return std::clamp<std::uint64_t>(kSealCells / columns, 1, limits_.rows_per_chunk);
}

// Sealed chunks are near-linear in time: that is what makes an axis cost one byte a row.
bool Tail::gap_before(const Source& source, Nanos t) const {
  if (source.unsealed() < kLeastRowsToSealAtGap) return false;
  const auto longest = longest_step(source.place.period);
  return longest && t - source.last > *longest;
}

Batch Tail::refuse_backwards(Source& source, const Batch& batch) {
  const auto first_good = std::lower_bound(batch.taken.begin(), batch.taken.end(), source.last);
  const auto refused = static_cast<std::size_t>(first_good - batch.taken.begin());
  if (refused == 0) return batch;
  counts_.backwards_rows += refused;
  events_.emplace_back(source.board, gap_event(source.place.board, source.place.name,
                                               batch.taken.front(), batch.taken[refused - 1],
                                               "rows were refused: their times run backwards"));
  Batch rest;
  rest.columns = batch.columns;
  const auto cells = static_cast<std::ptrdiff_t>(refused * batch.columns);
  rest.taken.assign(first_good, batch.taken.end());
  rest.values.assign(batch.values.begin() + cells, batch.values.end());
  if (!batch.states.empty()) rest.states.assign(batch.states.begin() + cells, batch.states.end());
  return rest;
}

Result<void> Tail::add(SourceId id, const Batch& batch) {
  const auto found = sources_.find(id);
  RIG_ASSERT(found != sources_.end());  // the writer gives out ids and checks them
  Source& source = found->second;
  if (batch.rows() == 0) return {};
  if (batch.taken.front() < source.last) {
    const Batch rest = refuse_backwards(source, batch);
    return rest.rows() == 0 ? Result<void>() : add(id, rest);
  }
  if (gap_before(source, batch.taken.front())) {
    if (auto done = seal(source); !done) return done;
  }
  if (source.unsealed() == 0) source.first = batch.taken.front();
  append_rows(source.pending, batch);
  source.last = batch.taken.back();
  counts_.rows += batch.rows();
  counts_.samples += batch.values.size();
  counts_.newest = std::max(counts_.newest, source.last);
  // A long catch-up is sealed on the way, so that memory stays bounded between commits.
  return source.unsealed() >= 2 * row_limit(source) ? seal(source) : Result<void>();
}

Result<void> Tail::write_frame(Source& source) {
  Batch& rows = source.pending;
  if (rows.rows() == 0) return {};
  const Nanos t0 = rows.taken.front(), t1 = rows.taken.back();
  const auto n = static_cast<std::int64_t>(rows.rows());
  const Bytes blob = encode_frame(rows);
  const std::uint32_t crc = blob_crc({source.place.source, t0, t1, n}, blob);
  if (auto done = insert_.run(source.place.source, t0, t1, n, crc, blob); !done) return done;
  source.frames.push_back(insert_.inserted_id());
  source.framed_rows += rows.rows();
  rows.taken.clear();
  rows.values.clear();
  rows.states.clear();
  return {};
}

Result<void> Tail::seal(Source& source) {
  if (auto done = write_frame(source); !done) return done;
  const auto chunks = sealer_.seal(source.place, source.frames);
  if (!chunks) return chunks.error();
  counts_.chunks += *chunks;
  for (Event& event : sealer_.take_gaps()) events_.emplace_back(source.board, std::move(event));
  source.frames.clear();
  source.framed_rows = 0;
  return {};
}

Result<void> Tail::write_frames() {
  for (auto& [id, source] : sources_) {
    if (source.unsealed() == 0) continue;
    // Measured against everybody's newest time, so that a source that fell silent is sealed too.
    const bool due = source.unsealed() >= row_limit(source) ||
                     counts_.newest - source.first >= limits_.chunk_span;
    if (auto done = due ? seal(source) : write_frame(source); !done) return done;
  }
  return {};
}

void Tail::abandon() {
  for (auto& [id, source] : sources_) {
    source.pending.taken.clear();
    source.pending.values.clear();
    source.pending.states.clear();
    source.frames.clear();
    source.framed_rows = 0;
  }
  events_.clear();
}

std::vector<std::pair<BoardId, Event>> Tail::take_events() { return std::exchange(events_, {}); }

}  // namespace soakrig::store
