// SPDX-License-Identifier: Apache-2.0
//
// What the channels of a run read: sealed chunks first, then the tail. Everything is copied out in
// one transaction and decoded after the connection is gone.
#include <algorithm>
#include <map>

#include "results/store/blob_check.hpp"
#include "results/store/codec.hpp"
#include "results/store/frame.hpp"
#include "results/store/gap_event.hpp"
#include "results/store/reader_impl.hpp"
#include "results/store/sealer.hpp"

namespace soakrig::store {
namespace {

constexpr const char* kLost = "rows were lost: their bytes do not match their checksum";
constexpr const char* kUnreadable = "rows were lost: the file is damaged from here on";

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

Error unknown(const std::string& path, const std::string& what) {
  Error error;
  error.code = Errc::not_found;
  error.file = path;
  error.what = what;
  error.remedy = "soakrig show lists the channels of a run";
  return error;
}

Result<SealPlace> find_source(Database& database, SourceId id) {
  auto select = database.prepare(
      "SELECT s.name, coalesce(b.name, ''), c.id FROM source s LEFT JOIN board b ON b.id=s.board "
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
      "SELECT id, t0, t1, n, crc, data FROM axis WHERE source=?1 AND t0<=?3 AND t1>=?2 "
      "ORDER BY t0, id");
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

Result<SourceBytes> read_bytes(Database& database, const WantedSource& wanted, Nanos from,
                               Nanos to) {
  SourceBytes bytes;
  if (auto done = read_stretches(database, wanted, from, to, bytes); !done) return done.error();
  if (auto done = read_tail(database, wanted.place.source, from, to, bytes); !done) {
    return done.error();
  }
  return bytes;
}

// Decodes the bytes of one source into rows of the wanted columns.
class Decoder {
 public:
  explicit Decoder(const WantedSource& wanted) : wanted_(wanted) {
    rows_.batch.columns = static_cast<std::uint32_t>(wanted.columns.size());
    rows_.batch.source = wanted.place.source;
  }

  Rows decode(const SourceBytes& bytes) {
    for (const Stretch& stretch : bytes.stretches) add(stretch);
    for (const StoredFrame& frame : bytes.frames) add(frame);
    if (bytes.cut_short) {
      const Nanos t = rows_.batch.taken.empty() ? 0 : rows_.batch.taken.back();
      gap(t, t, kUnreadable);
    }
    return std::move(rows_);
  }

 private:
  void gap(Nanos from, Nanos to, const char* reason) {
    rows_.gaps.push_back(gap_event(wanted_.place.board, wanted_.place.name, from, to, reason));
  }

  void add(const Stretch& stretch) {
    const auto n = static_cast<std::size_t>(std::max<std::int64_t>(stretch.n, 0));
    const bool intact = blob_crc({wanted_.place.source, stretch.t0, stretch.t1, stretch.n},
                                 stretch.times) == stretch.crc;
    auto times = decode_times(stretch.times, n, packer_);
    if (!intact || !times || !follows(*times)) return gap(stretch.t0, stretch.t1, kLost);
    std::vector<Column> columns;
    bool any = false;
    for (std::size_t i = 0; i < wanted_.columns.size(); ++i) {
      columns.push_back(column(stretch, i, n, any));
    }
    // A stretch of which nothing is left is missing; a column of it that is lost is an error.
    if (!any) return;
    Batch part;
    part.columns = rows_.batch.columns;
    part.taken = std::move(*times);
    part.values.resize(n * columns.size());
    part.states.resize(n * columns.size());
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        part.values[row * columns.size() + i] = columns[i].values[row];
        part.states[row * columns.size() + i] =
            columns[i].states.empty() ? State::good : columns[i].states[row];
      }
    }
    append_rows(rows_.batch, part);
  }

  Column column(const Stretch& stretch, std::size_t i, std::size_t n, bool& any) {
    const StoredColumn& stored = stretch.columns[i];
    const ChannelId channel = wanted_.place.channels[wanted_.columns[i]];
    if (stored.present &&
        blob_crc({channel, stretch.axis, stored.good}, stored.blob) == stored.crc) {
      if (auto decoded = decode_column(stored.blob, n, packer_)) {
        any = true;
        return std::move(*decoded);
      }
    }
    gap(stretch.t0, stretch.t1, kLost);
    return Column{std::vector<double>(n, 0.0), std::vector<State>(n, State::error)};
  }

  void add(const StoredFrame& stored) {
    const auto n = static_cast<std::size_t>(std::max<std::int64_t>(stored.n, 0));
    const bool intact =
        blob_crc({wanted_.place.source, stored.t0, stored.t1, stored.n}, stored.blob) == stored.crc;
    const auto frame = decode_frame(stored.blob, n, wanted_.place.channels.size());
    if (!intact || !frame || !follows(frame->taken)) return gap(stored.t0, stored.t1, kLost);
    Batch part;
    part.columns = rows_.batch.columns;
    part.taken = frame->taken;
    for (std::size_t row = 0; row < n; ++row) {
      for (const std::uint32_t wanted : wanted_.columns) {
        part.values.push_back(frame->value(row, wanted));
        part.states.push_back(frame->state(row, wanted));
      }
    }
    append_rows(rows_.batch, part);
  }

  [[nodiscard]] bool follows(const std::vector<Nanos>& times) const {
    return times.empty() || rows_.batch.taken.empty() || times.front() >= rows_.batch.taken.back();
  }

  const WantedSource& wanted_;
  Packer packer_;
  Rows rows_;
};

// Leaves the rows inside [from, to].
void clip(Batch& rows, Nanos from, Nanos to) {
  const auto begin = std::lower_bound(rows.taken.begin(), rows.taken.end(), from);
  const auto end = std::upper_bound(begin, rows.taken.end(), to);
  const auto first = (begin - rows.taken.begin()) * static_cast<std::ptrdiff_t>(rows.columns);
  const auto last = (end - rows.taken.begin()) * static_cast<std::ptrdiff_t>(rows.columns);
  if (!rows.states.empty()) {
    rows.states.erase(rows.states.begin() + last, rows.states.end());
    rows.states.erase(rows.states.begin(), rows.states.begin() + first);
  }
  rows.values.erase(rows.values.begin() + last, rows.values.end());
  rows.values.erase(rows.values.begin(), rows.values.begin() + first);
  rows.taken.erase(end, rows.taken.end());
  rows.taken.erase(rows.taken.begin(), begin);
}

Series to_series(Rows rows) {
  Series series;
  series.t = std::move(rows.batch.taken);
  series.v = std::move(rows.batch.values);
  series.state = std::move(rows.batch.states);
  series.state.resize(series.t.size(), State::good);
  series.gaps = std::move(rows.gaps);
  return series;
}

// Several sources carried the channel one after another, but their ends may overlap.
Series merge(std::vector<Series> parts) {
  std::erase_if(parts, [](const Series& part) { return part.size() == 0 && part.gaps.empty(); });
  if (parts.size() == 1) return std::move(parts[0]);
  struct Row {
    Nanos t;
    double v;
    State state;
  };
  std::vector<Row> rows;
  Series out;
  for (Series& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      rows.push_back({part.t[i], part.v[i], part.state[i]});
    }
    std::move(part.gaps.begin(), part.gaps.end(), std::back_inserter(out.gaps));
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.t < b.t; });
  for (const Row& row : rows) {
    out.t.push_back(row.t);
    out.v.push_back(row.v);
    out.state.push_back(row.state);
  }
  return out;
}

}  // namespace

Result<Series> Reader::series(ChannelId channel, Nanos from, Nanos to) const {
  Result<WantedSource> wanted = WantedSource{};
  Result<SourceBytes> bytes = SourceBytes{};
  {
    auto database = impl_->source.open();
    if (!database) return database.error();
    const auto snapshot = Snapshot::begin(*database);
    if (!snapshot) return snapshot.error();
    wanted = find_channel(*database, channel);
    if (!wanted) return wanted.error();
    bytes = read_bytes(*database, *wanted, from, to);
    if (!bytes) return bytes.error();
  }
  Rows rows = Decoder(*wanted).decode(*bytes);
  clip(rows.batch, from, to);
  return to_series(std::move(rows));
}

Result<Series> Reader::series(std::string_view board, std::string_view channel, Nanos from,
                              Nanos to) const {
  const auto all = channels();
  if (!all) return all.error();
  std::vector<Series> parts;
  bool found = false;
  for (const ChannelRow& row : *all) {
    if (row.board != board || row.info.name != channel) continue;
    found = true;
    auto part = series(row.id, from, to);
    if (!part) return part.error();
    parts.push_back(std::move(*part));
  }
  if (!found) {
    return unknown(path(), "the run has no channel " + std::string(channel) +
                               (board.empty() ? "" : " of board " + std::string(board)));
  }
  return merge(std::move(parts));
}

Result<Rows> Reader::source_rows(SourceId source, Nanos from, Nanos to) const {
  WantedSource wanted;
  Result<SourceBytes> bytes = SourceBytes{};
  {
    auto database = impl_->source.open();
    if (!database) return database.error();
    const auto snapshot = Snapshot::begin(*database);
    if (!snapshot) return snapshot.error();
    auto place = find_source(*database, source);
    if (!place) return place.error();
    wanted.place = std::move(*place);
    for (std::uint32_t i = 0; i < wanted.place.channels.size(); ++i) wanted.columns.push_back(i);
    bytes = read_bytes(*database, wanted, from, to);
    if (!bytes) return bytes.error();
  }
  Rows rows = Decoder(wanted).decode(*bytes);
  clip(rows.batch, from, to);
  return rows;
}

Result<std::vector<Latest>> Reader::latest(std::span<const ChannelId> channels) const {
  struct Last {
    WantedSource wanted;
    SourceBytes bytes;
  };
  std::map<SourceId, Last> sources;
  {
    auto database = impl_->source.open();
    if (!database) return database.error();
    const auto snapshot = Snapshot::begin(*database);
    if (!snapshot) return snapshot.error();
    for (const ChannelId channel : channels) {
      auto wanted = find_channel(*database, channel);
      if (!wanted) return wanted.error();
      const auto [at, fresh] = sources.try_emplace(wanted->place.source);
      if (fresh) {
        at->second.wanted = std::move(*wanted);
      } else {
        at->second.wanted.columns.push_back(wanted->columns[0]);
      }
    }
    auto newest_frame = database->prepare("SELECT t0 FROM tail WHERE source=? ORDER BY id DESC");
    auto newest_axis = database->prepare("SELECT t0 FROM axis WHERE source=? ORDER BY t0 DESC");
    if (!newest_frame) return newest_frame.error();
    if (!newest_axis) return newest_axis.error();
    for (auto& [id, last] : sources) {
      if (auto bound = newest_frame->bind(id); !bound) return bound.error();
      if (!finished(*newest_frame, last.bytes)) {
        auto done = read_tail(*database, id, newest_frame->integer(0), kToEnd, last.bytes);
        if (!done) return done.error();
        continue;
      }
      if (auto bound = newest_axis->bind(id); !bound) return bound.error();
      if (finished(*newest_axis, last.bytes)) continue;
      const Nanos t0 = newest_axis->integer(0);
      auto done = read_stretches(*database, last.wanted, t0, kToEnd, last.bytes);
      if (!done) return done.error();
    }
  }
  std::vector<Latest> out;
  for (const auto& [id, last] : sources) {
    const Rows rows = Decoder(last.wanted).decode(last.bytes);
    if (rows.batch.rows() == 0) continue;
    const std::size_t row = rows.batch.rows() - 1;
    for (std::size_t i = 0; i < last.wanted.columns.size(); ++i) {
      out.push_back({last.wanted.place.channels[last.wanted.columns[i]], rows.batch.taken[row],
                     rows.batch.value(row, i), rows.batch.state(row, i)});
    }
  }
  std::sort(out.begin(), out.end(),
            [](const Latest& a, const Latest& b) { return a.channel < b.channel; });
  return out;
}

}  // namespace soakrig::store
