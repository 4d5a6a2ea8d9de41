// SPDX-License-Identifier: Apache-2.0
//
// Events, piece by piece: which ones they are is asked once, without their bodies; these are copied
// in short looks, so that neither a long log fills the memory nor a slow taker holds up the run
// that is written.
#include <algorithm>
#include <utility>

#include "results/store/reader.hpp"
#include "results/store/reader_impl.hpp"

namespace soakrig::store {
namespace {

constexpr std::size_t kPieceEvents = 4096, kPieceBytes = 4u << 20;

Result<std::vector<std::int64_t>> ids_of(Database& database, const EventFilter& filter) {
  std::string sql =
      "SELECT e.id FROM event e LEFT JOIN board b ON b.id=e.board "
      "WHERE e.id>?1 AND e.t>=?2 AND e.t<=?3 AND e.severity>=?4 "
      "AND (?5='' OR e.kind=?5) AND e.kind<>?6 "
      "AND (?7 IS NULL OR coalesce(b.name, '')=?7) ORDER BY ";
  sql += filter.after_id > 0 ? "e.id LIMIT ?8" : "e.t, e.id LIMIT ?8";
  auto select = database.prepare(sql);
  if (!select) return select.error();
  const auto limit =
      static_cast<std::int64_t>(std::min<std::size_t>(filter.limit.value_or(SIZE_MAX), INT64_MAX));
  const auto bound =
      select->bind(filter.after_id, filter.from, filter.to, static_cast<int>(filter.min_severity),
                   filter.kind, filter.without, filter.board, limit);
  if (!bound) return bound.error();
  std::vector<std::int64_t> ids;
  for (;;) {
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) return ids;
    ids.push_back(select->integer(0));
  }
}

// Those of the first `ids` that one look copies; `ids` is left with the others.
Result<std::vector<StoredEvent>> next_piece(Database& database,
                                            std::span<const std::int64_t>& ids) {
  const auto snapshot = Snapshot::begin(database);
  if (!snapshot) return snapshot.error();
  auto select = database.prepare(
      "SELECT e.t, coalesce(b.name, ''), e.kind, e.severity, e.body FROM event e "
      "LEFT JOIN board b ON b.id=e.board WHERE e.id=?1");
  if (!select) return select.error();
  std::vector<StoredEvent> piece;
  for (std::size_t bytes = 0; !ids.empty() && piece.size() < kPieceEvents && bytes < kPieceBytes;
       ids = ids.subspan(1)) {
    if (const auto bound = select->bind(ids.front()); !bound) return bound.error();
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) continue;
    StoredEvent stored;
    stored.id = static_cast<std::uint64_t>(ids.front());
    stored.event.t = select->integer(0);
    stored.event.board = select->text(1);
    stored.event.kind = select->text(2);
    stored.event.severity =
        static_cast<Severity>(std::clamp<std::int64_t>(select->integer(3), 0, 2));
    stored.event.body = select->text(4);
    bytes += stored.event.body.size();
    piece.push_back(std::move(stored));
  }
  return piece;
}

}  // namespace

Result<void> Reader::each_event(const EventFilter& filter,
                                const std::function<void(StoredEvent)>& use) const {
  std::optional<std::vector<std::int64_t>> ids;
  std::span<const std::int64_t> left;
  do {
    std::vector<StoredEvent> piece;
    {
      auto database = impl_->source.open();
      if (!database) return database.error();
      if (!ids) {
        auto found = ids_of(*database, filter);
        if (!found) return found.error();
        left = ids.emplace(std::move(*found));
      }
      auto copied = next_piece(*database, left);
      if (!copied) return copied.error();
      piece = std::move(*copied);
    }
    for (StoredEvent& stored : piece) use(std::move(stored));
  } while (!left.empty());
  return {};
}

Result<std::vector<StoredEvent>> Reader::events(const EventFilter& filter) const {
  std::vector<StoredEvent> events;
  const auto done =
      each_event(filter, [&](StoredEvent stored) { events.push_back(std::move(stored)); });
  if (!done) return done.error();
  return events;
}

}  // namespace soakrig::store
