// SPDX-License-Identifier: Apache-2.0
#include "results/store/rows_decoder.hpp"

#include <algorithm>

#include "results/store/blob_check.hpp"
#include "results/store/codec.hpp"
#include "results/store/frame.hpp"
#include "results/store/gap_event.hpp"

namespace soakrig::store {
namespace {

constexpr const char* kLost = "rows were lost: their bytes do not match their checksum";
constexpr const char* kUnreadable = "rows were lost: the file is damaged from here on";

// Decodes the bytes of one source into rows of the wanted columns.
class Decoder {
 public:
  Decoder(const WantedSource& wanted, Packer& packer) : wanted_(wanted), packer_(packer) {
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
    Batch& rows = rows_.batch;
    const std::size_t before = rows.values.size();
    rows.taken.insert(rows.taken.end(), times->begin(), times->end());
    rows.values.resize(before + n * columns.size());
    rows.states.resize(rows.values.size(), State::good);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Column& column = columns[i];
      for (std::size_t row = 0, at = before + i; row < n; ++row, at += columns.size()) {
        rows.values[at] = column.values[row];
        if (!column.states.empty()) rows.states[at] = column.states[row];
      }
    }
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
  Packer& packer_;
  Rows rows_;
};

}  // namespace

Rows decode_rows(const WantedSource& wanted, const SourceBytes& bytes, Packer& packer) {
  return Decoder(wanted, packer).decode(bytes);
}

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

}  // namespace soakrig::store
