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

Result<void> read_tail(Database& database, SourceId source, Nanos from, Nanos to,
                       SourceBytes& bytes) {
  // Newest first: a look at the last minute does not read the whole tail.
  auto select =
      database.prepare("SELECT t0, t1, n, crc, data FROM tail WHERE source=? ORDER BY id DESC");
  if (!select) return select.error();
  if (auto bound = select->bind(source); !bound) return bound;
  while (!finished(*select, bytes)) {
    StoredFrame frame;
    frame.t0 = select->integer(0);
    frame.t1 = select->integer(1);
    if (frame.t1 < from) break;
    if (frame.t0 > to) continue;
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
      "SELECT s.name, coalesce(b.name, ''), c.id, s.period_ns FROM source s LEFT JOIN board b ON b.id=s.board "
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

Result<SourceBytes> read_source_bytes(Database& database, const WantedSource& wanted, Nanos from,
                                      Nanos to) {
  SourceBytes bytes;
  if (auto done = read_stretches(database, wanted, from, to, bytes); !done) return done.error();
  if (auto done = read_tail(database, wanted.place.source, from, to, bytes); !done) {
    return done.error();
  }
  return bytes;
}

Result<SourceBytes> read_newest_bytes(Database& database, const WantedSource& wanted) {
  SourceBytes bytes;
  const SourceId id = wanted.place.source;
  auto frame = database.prepare("SELECT t0 FROM tail WHERE source=? ORDER BY id DESC");
  if (!frame) return frame.error();
  if (auto bound = frame->bind(id); !bound) return bound.error();
  if (!finished(*frame, bytes)) {
    auto done = read_tail(database, id, frame->integer(0), INT64_MAX, bytes);
    if (!done) return done.error();
    return bytes;
  }
  auto axis = database.prepare("SELECT t0 FROM axis WHERE source=? ORDER BY t0 DESC");
  if (!axis) return axis.error();
  if (auto bound = axis->bind(id); !bound) return bound.error();
  if (finished(*axis, bytes)) return bytes;
  auto done = read_stretches(database, wanted, axis->integer(0), INT64_MAX, bytes);
  if (!done) return done.error();
  return bytes;
}

}  // namespace soakrig::store
