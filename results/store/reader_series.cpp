// SPDX-License-Identifier: Apache-2.0
//
// What the channels of a run read: sealed chunks first, then the tail. Everything is copied out in
// one transaction and decoded after the connection is gone.
#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

#include "results/store/reader_impl.hpp"
#include "results/store/rows_decoder.hpp"
#include "results/store/source_bytes.hpp"

namespace soakrig::store {
namespace {

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
    std::unique_lock lock(impl_->tail_mutex);
    auto database = impl_->source.open();
    if (!database) return database.error();
    const auto snapshot = Snapshot::begin(*database);
    if (!snapshot) return snapshot.error();
    wanted = find_channel(*database, channel);
    if (!wanted) return wanted.error();
    const auto tail = impl_->tail.since(*database, wanted->place.source, from);
    lock.unlock();
    if (!tail) return tail.error();
    bytes = read_source_bytes(*database, *wanted, *tail, from, to);
    if (!bytes) return bytes.error();
  }
  Packer packer;
  Rows rows = decode_rows(*wanted, *bytes, packer);
  clip(rows.batch, from, to);
  return to_series(std::move(rows));
}

Result<std::vector<ChannelId>> Reader::channels_named(std::string_view board,
                                                      std::string_view channel) const {
  auto database = impl_->source.open();
  if (!database) return database.error();
  // CROSS JOIN: the few sources first, then their channels by the key that begins with the source.
  auto select = database->prepare(
      "SELECT c.id FROM source s LEFT JOIN board b ON b.id=s.board CROSS JOIN channel c "
      "WHERE coalesce(b.name, '')=? AND c.source=s.id AND c.name=? ORDER BY c.id");
  if (!select) return select.error();
  if (auto bound = select->bind(board, channel); !bound) return bound.error();
  std::vector<ChannelId> ids;
  for (;;) {
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) break;
    ids.push_back(static_cast<ChannelId>(select->integer(0)));
  }
  if (!ids.empty()) return ids;
  Error error;
  error.code = Errc::not_found;
  error.file = path();
  error.what = "the run has no channel " + std::string(channel) +
               (board.empty() ? "" : " of board " + std::string(board));
  error.remedy = "soakrig show lists the channels of a run";
  return error;
}

Result<Series> Reader::series(std::string_view board, std::string_view channel, Nanos from,
                              Nanos to) const {
  const auto ids = channels_named(board, channel);
  if (!ids) return ids.error();
  std::vector<Series> parts;
  for (const ChannelId id : *ids) {
    auto part = series(id, from, to);
    if (!part) return part.error();
    parts.push_back(std::move(*part));
  }
  return merge(std::move(parts));
}

Result<Rows> Reader::source_rows(SourceId source, Nanos from, Nanos to) const {
  WantedSource wanted;
  Result<SourceBytes> bytes = SourceBytes{};
  {
    std::unique_lock lock(impl_->tail_mutex);
    auto database = impl_->source.open();
    if (!database) return database.error();
    const auto snapshot = Snapshot::begin(*database);
    if (!snapshot) return snapshot.error();
    auto place = find_source(*database, source);
    if (!place) return place.error();
    wanted.place = std::move(*place);
    for (std::uint32_t i = 0; i < wanted.place.channels.size(); ++i) wanted.columns.push_back(i);
    const auto tail = impl_->tail.since(*database, source, from);
    lock.unlock();
    if (!tail) return tail.error();
    bytes = read_source_bytes(*database, wanted, *tail, from, to);
    if (!bytes) return bytes.error();
  }
  Packer packer;
  Rows rows = decode_rows(wanted, *bytes, packer);
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
    TailDirectory tail;
    for (auto& [id, last] : sources) {
      auto bytes = read_newest_bytes(*database, last.wanted, tail);
      if (!bytes) return bytes.error();
      last.bytes = std::move(*bytes);
    }
  }
  std::vector<Latest> out;
  Packer packer;
  for (const auto& [id, last] : sources) {
    const Rows rows = decode_rows(last.wanted, last.bytes, packer);
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
