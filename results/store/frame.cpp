// SPDX-License-Identifier: Apache-2.0
#include "results/store/frame.hpp"

#include <algorithm>
#include <bit>

#include "results/store/codec.hpp"
#include "results/store/decimal.hpp"

namespace soakrig::store {
namespace {

// First byte of a column: digits, with flags; or the doubles as they are.
constexpr std::uint8_t kMultiply = 0x80, kSame = 0x40, kDoubles = 0x3f;

Error corrupt() {
  Error error;
  error.code = Errc::corrupt;
  error.what = "a tail frame does not decode";
  return error;
}

void encode_frame_column(std::span<const double> values, std::vector<std::int64_t>& integers,
                         Bytes& out) {
  if (values.empty()) return;
  const auto first = std::bit_cast<std::uint64_t>(values[0]);
  const bool same = std::all_of(values.begin(), values.end(),
                                [&](double v) { return std::bit_cast<std::uint64_t>(v) == first; });
  if (same) values = values.first(1);
  const std::uint8_t flag = same ? kSame : 0;
  const auto scale = to_decimal(values, integers);
  if (!scale) {
    put_u8(out, kDoubles | flag);
    for (const double v : values) put_u64(out, std::bit_cast<std::uint64_t>(v));
    return;
  }
  put_u8(out, static_cast<std::uint8_t>(scale->digits | flag | (scale->multiply ? kMultiply : 0)));
  std::int64_t before = 0;
  for (const std::int64_t integer : integers) {
    put_varint(out, zigzag(integer - before));
    before = integer;
  }
}

bool decode_frame_column(ByteReader& in, std::vector<double>& values) {
  if (values.empty()) return true;
  const std::uint8_t kind = in.u8();
  const std::size_t stored = (kind & kSame) != 0 ? 1 : values.size();
  if ((kind & ~kSame) == kDoubles) {
    for (std::size_t i = 0; i < stored; ++i) values[i] = std::bit_cast<double>(in.u64());
  } else {
    const Scale scale{static_cast<std::uint8_t>(kind & ~(kSame | kMultiply)),
                      (kind & kMultiply) != 0};
    if (scale.digits > kMaxDigits) return false;
    std::uint64_t integer = 0;  // unsigned: hostile deltas may wrap
    for (std::size_t i = 0; i < stored; ++i) {
      integer += static_cast<std::uint64_t>(unzigzag(in.varint()));
      values[i] = from_decimal(static_cast<std::int64_t>(integer), scale);
    }
  }
  if (stored == 1) std::fill(values.begin(), values.end(), values[0]);
  return in.ok();
}

}  // namespace

Bytes encode_frame(const Batch& rows) {
  Bytes out;
  out.reserve(64 + rows.values.size() * 2);
  Nanos before = 0;
  for (const Nanos t : rows.taken) {
    put_varint(out, zigzag(t - before));
    before = t;
  }
  const bool all_good = std::all_of(rows.states.begin(), rows.states.end(),
                                    [](State state) { return state == State::good; });
  put_u8(out, all_good ? 0 : 1);
  if (!all_good) encode_states(rows.states, out);
  std::vector<double> values;
  std::vector<std::int64_t> integers;
  for (std::uint32_t column = 0; column < rows.columns; ++column) {
    values.clear();
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      if (all_good || rows.state(row, column) == State::good) {
        values.push_back(rows.value(row, column));
      }
    }
    encode_frame_column(values, integers, out);
  }
  return out;
}

Result<Batch> decode_frame(ByteSpan blob, std::size_t rows, std::size_t columns) {
  // Every row costs at least one byte of time: so a small blob cannot claim a huge table.
  if (rows > blob.size() || columns > kMaxRows || rows * columns > kMaxCells) return corrupt();
  ByteReader in(blob);
  Batch batch;
  batch.columns = static_cast<std::uint32_t>(columns);
  batch.taken.resize(rows);
  std::uint64_t t = 0;
  for (Nanos& taken : batch.taken) {
    t += static_cast<std::uint64_t>(unzigzag(in.varint()));
    taken = static_cast<Nanos>(t);
  }
  if (in.u8() != 0) {
    auto states = decode_states(in, rows * columns);
    if (!states) return states.error();
    batch.states = std::move(*states);
  }
  batch.values.assign(rows * columns, 0.0);
  std::vector<double> values;
  for (std::size_t column = 0; column < columns; ++column) {
    std::size_t good = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      if (batch.state(row, column) == State::good) ++good;
    }
    values.resize(good);
    if (!decode_frame_column(in, values)) return corrupt();
    std::size_t next = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      if (batch.state(row, column) == State::good) {
        batch.values[row * columns + column] = values[next++];
      }
    }
  }
  if (!in.done() || !batch.consistent()) return corrupt();
  return batch;
}

}  // namespace soakrig::store
