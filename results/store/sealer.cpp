// SPDX-License-Identifier: Apache-2.0
#include "results/store/sealer.hpp"

#include <algorithm>
#include <cmath>

#include "results/store/blob_check.hpp"
#include "results/store/frame.hpp"
#include "results/store/gap_event.hpp"

namespace soakrig::store {
namespace {

// Mergeable moments (Chan et al.: count, mean, sum of squared deviations), by Welford's update,
// which does not cancel as a sum of squares does.
struct Moments {
  std::int64_t count = 0;
  double least = 0, most = 0, mean = 0, m2 = 0;

  void add(double v) {
    least = count == 0 ? v : std::min(least, v);
    most = count == 0 ? v : std::max(most, v);
    ++count;
    const double delta = v - mean;
    mean += delta / static_cast<double>(count);
    m2 += delta * (v - mean);
  }
};

std::optional<double> if_any(std::int64_t count, double value) {
  // A sum may overflow for values near the largest double; STRICT columns hold no infinity then.
  if (count == 0 || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

Result<void> insert_event(Statement& insert, BoardId board, const Event& event) {
  return insert.run(event.t, board, event.kind, static_cast<int>(event.severity), event.body);
}

void append_rows(Batch& rows, const Batch& more) {
  RIG_ASSERT(rows.columns == more.columns);
  const bool any_states = !rows.states.empty() || !more.states.empty();
  // No states means all good: they appear with the first batch that has some.
  if (any_states) rows.states.resize(rows.values.size(), State::good);
  rows.taken.insert(rows.taken.end(), more.taken.begin(), more.taken.end());
  rows.values.insert(rows.values.end(), more.values.begin(), more.values.end());
  if (!any_states) return;
  rows.states.insert(rows.states.end(), more.states.begin(), more.states.end());
  rows.states.resize(rows.values.size(), State::good);
}

Result<Sealer> Sealer::prepare(Database& database) {
  auto select = database.prepare("SELECT t0, t1, n, crc, data FROM tail WHERE id=? AND source=?");
  if (!select) return select.error();
  auto axis =
      database.prepare("INSERT INTO axis(source, t0, t1, n, crc, data) VALUES(?, ?, ?, ?, ?, ?)");
  if (!axis) return axis.error();
  auto chunk = database.prepare(
      "INSERT INTO chunk(channel, axis, good, vmin, vmax, vmean, vm2, crc, data) "
      "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!chunk) return chunk.error();
  auto erase = database.prepare("DELETE FROM tail WHERE id=? AND source=?");
  if (!erase) return erase.error();
  auto pyramid = Pyramid::prepare(database);
  if (!pyramid) return pyramid.error();
  return Sealer(std::move(*select), std::move(*axis), std::move(*chunk), std::move(*erase),
                std::move(*pyramid));
}

Result<Batch> Sealer::read_frames(const SealPlace& place, std::span<const std::int64_t> frames) {
  Batch rows;
  rows.columns = static_cast<std::uint32_t>(place.channels.size());
  for (const std::int64_t id : frames) {
    if (auto bound = select_.bind(id, place.source); !bound) return bound.error();
    const auto found = select_.step();
    if (!found) return found.error();
    if (!*found) continue;
    const Nanos t0 = select_.integer(0), t1 = select_.integer(1);
    const std::int64_t n = select_.integer(2);
    const Bytes blob = select_.blob(4);
    const bool intact = blob_crc({place.source, t0, t1, n}, blob) == select_.integer(3);
    auto frame = decode_frame(blob, static_cast<std::size_t>(n), rows.columns);
    const bool ordered = frame && (rows.taken.empty() || frame->taken.empty() ||
                                   frame->taken.front() >= rows.taken.back());
    if (!intact || !ordered) {
      gaps_.push_back(gap_event(place.board, place.name, t0, t1,
                                "rows were lost: their bytes do not match their checksum"));
      continue;
    }
    append_rows(rows, *frame);
  }
  select_.reset();
  return rows;
}

Result<void> Sealer::write_chunk(ChannelId channel, std::int64_t axis,
                                 std::span<const double> values, std::span<const State> states) {
  Moments moments;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (states.empty() || states[i] == State::good) moments.add(values[i]);
  }
  const Bytes blob = encode_column(values, states, packer_);
  return insert_chunk_.run(channel, axis, moments.count, if_any(moments.count, moments.least),
                           if_any(moments.count, moments.most), if_any(moments.count, moments.mean),
                           if_any(moments.count, moments.m2),
                           blob_crc({channel, axis, moments.count}, blob), blob);
}

Result<std::uint64_t> Sealer::seal(const SealPlace& place, std::span<const std::int64_t> frames) {
  auto rows = read_frames(place, frames);
  if (!rows) return rows.error();
  std::uint64_t chunks = 0;
  if (rows->rows() > 0) {
    const Nanos t0 = rows->taken.front(), t1 = rows->taken.back();
    const auto n = static_cast<std::int64_t>(rows->rows());
    const Bytes times = encode_times(rows->taken, packer_);
    const std::uint32_t crc = blob_crc({place.source, t0, t1, n}, times);
    if (auto done = insert_axis_.run(place.source, t0, t1, n, crc, times); !done) {
      return done.error();
    }
    const std::int64_t axis = insert_axis_.inserted_id();
    std::vector<double> values(rows->rows());
    std::vector<State> states(rows->states.empty() ? 0 : rows->rows());
    for (std::size_t column = 0; column < place.channels.size(); ++column) {
      for (std::size_t row = 0; row < values.size(); ++row) {
        values[row] = rows->value(row, column);
        if (!states.empty()) states[row] = rows->state(row, column);
      }
      if (auto done = write_chunk(place.channels[column], axis, values, states); !done) {
        return done.error();
      }
      const auto done =
          pyramid_.add(place.channels[column], place.period, rows->taken, values, states);
      if (!done) return done.error();
      ++chunks;
    }
  }
  for (const std::int64_t id : frames) {
    if (auto done = erase_.run(id, place.source); !done) return done.error();
  }
  return chunks;
}

Result<void> Sealer::finish(const SealPlace& place) {
  for (const ChannelId channel : place.channels) {
    if (auto done = pyramid_.finish(channel, place.period); !done) return done;
  }
  return {};
}

}  // namespace soakrig::store
