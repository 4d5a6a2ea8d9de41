// SPDX-License-Identifier: Apache-2.0
#include "results/store/view_reader.hpp"

#include <algorithm>
#include <iterator>

#include "results/store/gap_event.hpp"
#include "results/store/rows_decoder.hpp"

namespace soakrig::store {
namespace {

Result<std::optional<Nanos>> first_integer(Database& database, std::string_view sql,
                                           std::int64_t key) {
  auto select = database.prepare(sql);
  if (!select) return select.error();
  if (auto bound = select->bind(key); !bound) return bound.error();
  const auto row = select->step();
  if (!row) return row.error();
  if (!*row) return std::optional<Nanos>();
  return select->optional_integer(0);
}

}  // namespace

Result<std::optional<Extent>> extent_of(Database& database, SourceId source,
                                        TailDirectory& directory) {
  const auto axis_begin =
      first_integer(database, "SELECT t0 FROM axis WHERE source=? ORDER BY t0 LIMIT 1", source);
  if (!axis_begin) return axis_begin.error();
  const auto axis_end = first_integer(
      database, "SELECT t1 FROM axis WHERE source=? ORDER BY t0 DESC LIMIT 1", source);
  if (!axis_end) return axis_end.error();
  // Only a source without a sealed row begins in the tail.
  const auto tail = *axis_begin ? directory.newest(database, source)
                                : directory.since(database, source, INT64_MIN);
  if (!tail) return tail.error();
  std::optional<Nanos> first = *axis_begin, last = *axis_end;
  if (!tail->frames.empty()) {
    if (!first) first = tail->frames.back().t0;
    last = std::max(last.value_or(INT64_MIN), tail->frames.front().t1);
  }
  if (!first && !last) {  // a thin copy has the summaries only
    const std::string of_source =
        " FROM rollup r JOIN channel c ON c.id=r.channel WHERE r.level=1 AND c.source=?";
    const auto begin = first_integer(database, "SELECT min(r.t0) + 1" + of_source, source);
    if (!begin) return begin.error();
    const auto end = first_integer(database, "SELECT max(r.t1)" + of_source, source);
    if (!end) return end.error();
    first = *begin;
    last = *end;
  }
  if (!first || !last || *first > *last) return std::optional<Extent>();
  return std::optional(Extent{*first, *last});
}

Result<ViewReader> ViewReader::prepare(Database& database, TailDirectory& tail,
                                       WantedSource wanted) {
  auto select = prepare_rollups(database);
  if (!select) return select.error();
  auto spans = prepare_spans(database);
  if (!spans) return spans.error();
  auto axis =
      database.prepare("SELECT t0 FROM axis WHERE source=? AND t0<? ORDER BY t0 DESC LIMIT 1");
  if (!axis) return axis.error();
  return ViewReader(database, tail, std::move(wanted), std::move(*select), std::move(*spans),
                    std::move(*axis));
}

Result<int> ViewReader::level_for(std::size_t column, Nanos from, Nanos to, std::size_t bins) {
  const double width =
      (static_cast<double>(to) - static_cast<double>(from)) / static_cast<double>(bins);
  auto top =
      first_integer(*database_, "SELECT max(level) FROM rollup WHERE channel=?", channel(column));
  if (!top) return top.error();
  const auto axis =
      first_integer(*database_, "SELECT id FROM axis WHERE source=? LIMIT 1", wanted_.place.source);
  if (!axis) return axis.error();
  const bool has_rows = axis->has_value();
  for (int level = std::min<int>(static_cast<int>(top->value_or(0)), kMostLevels); level > 0;
       --level) {
    if (auto bound = spans_.bind(channel(column), level, from, to); !bound) return bound.error();
    double span = 0, stretches = 0;
    for (;;) {
      const auto row = spans_.step();
      if (!row || !*row) break;  // what lies behind damage is read from the level below
      span += static_cast<double>(spans_.integer(1)) - static_cast<double>(spans_.integer(0));
      stretches += static_cast<double>(spans_.integer(2));
    }
    spans_.reset();
    if (stretches > 0 && span / stretches <= width) return level;
    if (level == 1 && !has_rows) return 1;  // a thin copy: nothing finer is there
  }
  return 0;
}

Result<void> ViewReader::collect(std::size_t column, int level, Nanos from, Nanos to,
                                 const TakeStretch& take) {
  if (from > to) return {};
  if (level == 0) return collect_rows(column, from, to, take);
  const auto blobs = read_rollups(select_, channel(column), level, from, to);
  if (!blobs) return blobs.error();
  Nanos next = from;  // nothing is missing before it
  for (const RollupRow& blob : *blobs) {
    if (blob.t1 < next) continue;
    if (blob.t0 >= next) {  // what no blob of this level covers
      if (auto done = collect(column, level - 1, next, blob.t0, take); !done) return done;
    }
    const auto stretches = open_rollup(blob, channel(column), level, packer_);
    if (!stretches) {
      gaps_.push_back(gap_event(wanted_.place.board, wanted_.place.name, blob.t0 + 1, blob.t1,
                                "a summary was lost: its bytes do not match their checksum; "
                                "the rows below it are read instead"));
      auto done =
          collect(column, level - 1, std::max(next, blob.t0 + 1), std::min(to, blob.t1), take);
      if (!done) return done;
    } else {
      for (const ViewBin& stretch : *stretches) {
        const Nanos last = stretch.t1 - 1;
        if (last < from) continue;
        if (stretch.t0 > to) break;
        if (stretch.t0 >= from && last <= to) {
          take(stretch);
          continue;
        }
        auto done =
            collect(column, level - 1, std::max(from, stretch.t0), std::min(to, last), take);
        if (!done) return done;
      }
    }
    if (blob.t1 >= to) return {};
    next = blob.t1 + 1;
  }
  return collect(column, level - 1, next, to, take);
}

Result<const Rows*> ViewReader::rows(Nanos from, Nanos to) {
  const auto [at, fresh] = rows_.try_emplace({from, to});
  if (!fresh) return &at->second;
  const auto tail = tail_->since(*database_, wanted_.place.source, from);
  if (!tail) return tail.error();
  const auto bytes = read_source_bytes(*database_, wanted_, *tail, from, to);
  if (!bytes) return bytes.error();
  at->second = decode_rows(wanted_, *bytes, packer_);
  clip(at->second.batch, from, to);
  std::move(at->second.gaps.begin(), at->second.gaps.end(), std::back_inserter(gaps_));
  return &at->second;
}

Result<void> ViewReader::collect_rows(std::size_t column, Nanos from, Nanos to,
                                      const TakeStretch& take) {
  const auto found = rows(from, to);
  if (!found) return found.error();
  const Batch& batch = (*found)->batch;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    take(stretch_of(batch.taken[row], batch.value(row, column), batch.state(row, column)));
  }
  return {};
}

Result<std::optional<CarriedIn>> ViewReader::before(std::size_t column, Nanos from) {
  if (from == INT64_MIN) return std::optional<CarriedIn>();
  if (auto bound = last_axis_.bind(wanted_.place.source, from); !bound) return bound.error();
  const auto row = last_axis_.step();
  if (!row) return row.error();
  const Nanos begin = *row ? last_axis_.integer(0) : INT64_MIN;
  last_axis_.reset();
  const auto found = rows(begin, from - 1);
  if (!found) return found.error();
  const Batch& batch = (*found)->batch;
  if (batch.rows() == 0) return std::optional<CarriedIn>();
  const std::size_t last = batch.rows() - 1;
  return std::optional(
      CarriedIn{batch.taken[last], batch.value(last, column), batch.state(last, column)});
}

}  // namespace soakrig::store
