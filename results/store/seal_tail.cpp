// SPDX-License-Identifier: Apache-2.0
#include "results/store/seal_tail.hpp"

#include <algorithm>
#include <map>

#include "results/store/sealer.hpp"

namespace soakrig::store {
namespace {

constexpr std::uint64_t kRowsPerChunk = 4096;
constexpr std::uint64_t kCellsPerChunk = 1u << 21;

constexpr std::int64_t kMostPagesToCompact = 16384;

struct Frame {
  std::int64_t id = 0;
  std::uint64_t rows = 0;
};

// Every source, those without a frame too.
Result<std::map<SourceId, std::vector<Frame>>> list_frames(Database& database) {
  std::map<SourceId, std::vector<Frame>> frames;
  auto sources = database.prepare("SELECT id FROM source");
  if (!sources) return sources.error();
  for (;;) {
    const auto row = sources->step();
    if (!row) return row.error();
    if (!*row) break;
    frames[static_cast<SourceId>(sources->integer(0))];
  }
  auto select = database.prepare("SELECT id, source, n FROM tail ORDER BY id");
  if (!select) return select.error();
  for (;;) {
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) return frames;
    frames[static_cast<SourceId>(select->integer(1))].push_back(
        {select->integer(0),
         static_cast<std::uint64_t>(std::max<std::int64_t>(select->integer(2), 0))});
  }
}

struct Owner {
  SealPlace place;
  BoardId board = kRigBoard;
};

Result<Owner> find_owner(Database& database, SourceId source) {
  Owner owner;
  owner.place.source = source;
  auto about = database.prepare(
      "SELECT s.name, s.board, coalesce(b.name, ''), s.period_ns FROM source s LEFT JOIN board b "
      "ON b.id=s.board WHERE s.id=?");
  if (!about) return about.error();
  if (auto bound = about->bind(source); !bound) return bound.error();
  if (auto row = about->step(); !row) return row.error();
  owner.place.name = about->text(0);
  owner.board = static_cast<BoardId>(about->integer(1));
  owner.place.board = about->text(2);
  owner.place.period = about->integer(3);
  auto channels = database.prepare("SELECT id FROM channel WHERE source=? ORDER BY col");
  if (!channels) return channels.error();
  if (auto bound = channels->bind(source); !bound) return bound.error();
  for (;;) {
    const auto row = channels->step();
    if (!row) return row.error();
    if (!*row) return owner;
    owner.place.channels.push_back(static_cast<ChannelId>(channels->integer(0)));
  }
}

}  // namespace

Result<std::uint64_t> seal_tail(Database& database) {
  auto sealer = Sealer::prepare(database);
  if (!sealer) return sealer.error();
  auto event = database.prepare(kInsertEvent);
  if (!event) return event.error();
  const auto sources = list_frames(database);
  if (!sources) return sources.error();
  std::uint64_t chunks = 0;
  for (const auto& [source, frames] : *sources) {
    const auto owner = find_owner(database, source);
    if (!owner) return owner.error();
    const std::uint64_t columns = std::max<std::uint64_t>(owner->place.channels.size(), 1);
    const std::uint64_t most =
        std::clamp<std::uint64_t>(kCellsPerChunk / columns, 1, kRowsPerChunk);
    std::vector<std::int64_t> group;
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      group.push_back(frames[i].id);
      rows += frames[i].rows;
      if (rows < most && i + 1 < frames.size()) continue;
      const auto sealed = sealer->seal(owner->place, group);
      if (!sealed) return sealed.error();
      chunks += *sealed;
      group.clear();
      rows = 0;
    }
    if (auto done = sealer->finish(owner->place); !done) return done.error();
    for (const Event& gap : sealer->take_gaps()) {
      if (auto done = insert_event(*event, owner->board, gap); !done) return done.error();
    }
  }
  return chunks;
}

void compact(Database& database) {
  const auto pages = database.query_integer("PRAGMA page_count");
  const auto unused = database.query_integer("PRAGMA freelist_count");
  if (!pages || !unused || *pages > kMostPagesToCompact || *unused * 10 <= *pages) return;
  // One transaction like any other: a crash in it leaves the file as it was.
  static_cast<void>(database.execute("VACUUM"));
}

}  // namespace soakrig::store
