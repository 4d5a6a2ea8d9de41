// SPDX-License-Identifier: Apache-2.0
#include "results/store/source_bytes.hpp"

#include <algorithm>

namespace soakrig::store {
namespace {

Error unknown(const std::string& path, const std::string& what) {
  Error error;
  error.code = Errc::not_found;
  error.file = path;
  error.what = what;
  error.remedy = "soakrig show lists the channels of a run";
  return error;
}

// True at the end or at damage, which it notes; false with a row.
bool finished(Statement& select, SourceBytes& bytes) {
  const auto row = select.step();
  if (row) return !*row;
  bytes.cut_short = true;
  return true;
}

Result<void> read_stretches(Database& database, const WantedSource& wanted, Nanos from, Nanos to,
                            SourceBytes& bytes) {
  auto axes = database.prepare(
      "SELECT id, t0, t1, n, crc, data FROM axis WHERE source=?1 AND t0<=?3 AND t1>=?2 AND "
      "t0>=coalesce((SELECT max(t0) FROM axis WHERE source=?1 AND t0<?2), ?2) ORDER BY t0, id");
  if (!axes) return axes.error();
  auto chunk = database.prepare("SELECT good, crc, data FROM chunk WHERE channel=? AND axis=?");
  if (!chunk) return chunk.error();
  if (auto bound = axes->bind(wanted.place.source, from, to); !bound) return bound;
  while (!finished(*axes, bytes)) {
    Stretch stretch;
    stretch.axis = axes->integer(0);
    stretch.t0 = axes->integer(1);
    stretch.t1 = axes->integer(2);
    stretch.n = axes->integer(3);
    stretch.crc = axes->integer(4);
    stretch.times = axes->blob(5);
    for (const std::uint32_t column : wanted.columns) {
      StoredColumn stored;
      if (auto bound = chunk->bind(wanted.place.channels[column], stretch.axis); !bound) {
        return bound;
      }
      if (!finished(*chunk, bytes)) {
        stored.present = true;
        stored.good = chunk->integer(0);
        stored.crc = chunk->integer(1);
        stored.blob = chunk->blob(2);
      }
      stretch.columns.push_back(std::move(stored));
    }
    bytes.stretches.push_back(std::move(stretch));
  }
  return {};
}

Result<void> read_tail(Database& database, SourceId source, const TailFrames& tail, Nanos to,
                       SourceBytes& bytes) {
  auto select = database.prepare("SELECT t0, t1, n, crc, data FROM tail WHERE id=? AND source=?");
  if (!select) return select.error();
  bytes.cut_short |= tail.cut_short;
  for (const TailFrame& known : tail.frames) {
    if (known.t0 > to) continue;
    if (auto bound = select->bind(known.id, source); !bound) return bound;
    const auto row = select->step();
    if (!row) {
      bytes.cut_short = true;
      break;
    }
    if (!*row) continue;  // sealed since: it is among the stretches
    StoredFrame frame;
    frame.t0 = select->integer(0);
    frame.t1 = select->integer(1);
    frame.n = select->integer(2);
    frame.crc = select->integer(3);
    frame.blob = select->blob(4);
    bytes.frames.push_back(std::move(frame));
  }
  std::reverse(bytes.frames.begin(), bytes.frames.end());
  return {};
}

}  // namespace

Result<SealPlace> find_source(Database& database, SourceId id) {
  auto select = database.prepare(
      "SELECT s.name, coalesce(b.name, ''), c.id, s.period_ns FROM source s LEFT JOIN board b ON "
      "b.id=s.board "
      "LEFT JOIN channel c ON c.source=s.id WHERE s.id=? ORDER BY c.col");
  if (!select) return select.error();
  if (auto bound = select->bind(id); !bound) return bound.error();
  SealPlace place;
  bool found = false;
  for (;;) {
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) break;
    found = true;
    place.source = id;
    place.name = select->text(0);
    place.board = select->text(1);
    place.period = select->integer(3);
    if (!select->is_null(2)) place.channels.push_back(static_cast<ChannelId>(select->integer(2)));
  }
  if (!found) return unknown(database.path(), "the run has no source " + std::to_string(id));
  return place;
}

Result<WantedSource> find_channel(Database& database, ChannelId channel) {
  auto select = database.prepare("SELECT source, col FROM channel WHERE id=?");
  if (!select) return select.error();
  if (auto bound = select->bind(channel); !bound) return bound.error();
  const auto row = select->step();
  if (!row) return row.error();
  if (!*row) return unknown(database.path(), "the run has no channel " + std::to_string(channel));
  WantedSource wanted;
  wanted.columns.push_back(static_cast<std::uint32_t>(select->integer(1)));
  auto place = find_source(database, static_cast<SourceId>(select->integer(0)));
  if (!place) return place.error();
  if (wanted.columns[0] >= place->channels.size()) {
    return unknown(database.path(), "channel " + std::to_string(channel) + " has no source");
  }
  wanted.place = std::move(*place);
  return wanted;
}

Result<SourceBytes> read_source_bytes(Database& database, const WantedSource& wanted,
                                      const TailFrames& tail, Nanos from, Nanos to) {
  SourceBytes bytes;
  if (auto done = read_stretches(database, wanted, from, to, bytes); !done) return done.error();
  if (auto done = read_tail(database, wanted.place.source, tail, to, bytes); !done) {
    return done.error();
  }
  return bytes;
}

Result<SourceBytes> read_newest_bytes(Database& database, const WantedSource& wanted,
                                      TailDirectory& directory) {
  SourceBytes bytes;
  const SourceId id = wanted.place.source;
  const auto tail = directory.newest(database, id);
  if (!tail) return tail.error();
  if (auto done = read_tail(database, id, *tail, INT64_MAX, bytes); !done) return done.error();
  if (!bytes.frames.empty()) return bytes;
  auto axis = database.prepare("SELECT t0 FROM axis WHERE source=? ORDER BY t0 DESC");
  if (!axis) return axis.error();
  if (auto bound = axis->bind(id); !bound) return bound.error();
  if (finished(*axis, bytes)) return bytes;
  auto done = read_stretches(database, wanted, axis->integer(0), INT64_MAX, bytes);
  if (!done) return done.error();
  return bytes;
}

}  // namespace soakrig::store
