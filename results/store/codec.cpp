// SPDX-License-Identifier: Apache-2.0
#include "results/store/codec.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "results/store/decimal.hpp"

namespace soakrig::store {
namespace {

constexpr std::uint8_t kConstant = 0, kDecimal = 1, kPlanes = 2;
constexpr std::uint8_t kMultiply = 0x80;        // in the byte of digits
constexpr std::uint8_t kLine = 0, kDeltas = 1;  // time modes
constexpr std::uint8_t kHasStates = 1;          // column flags

Error corrupt(const char* what) {
  Error error;
  error.code = Errc::corrupt;
  error.what = what;
  return error;
}

std::uint64_t bits_of(double v) { return std::bit_cast<std::uint64_t>(v); }

// Wrapping arithmetic: a hostile blob may hold any number, and signed overflow is undefined.
std::int64_t wrap_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t wrap_mul(std::int64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * b);
}

// Largest number that divides every difference from the first; 1 for a constant list.
std::uint64_t common_divisor(std::span<const std::int64_t> values) {
  std::uint64_t divisor = 0;
  for (const std::int64_t v : values) {
    const std::int64_t difference = v - values.front();
    divisor = std::gcd(divisor, static_cast<std::uint64_t>(std::abs(difference)));
    if (divisor == 1) break;
  }
  return std::max<std::uint64_t>(divisor, 1);
}

// y as differences of the given order: 0 = from the least, 1 = from the one before, 2 = of those.
std::vector<std::uint64_t> differences(std::span<const std::int64_t> y, int order) {
  std::vector<std::uint64_t> out(y.size());
  if (order == 0) {
    const std::int64_t least = *std::min_element(y.begin(), y.end());
    for (std::size_t i = 0; i < y.size(); ++i) out[i] = static_cast<std::uint64_t>(y[i] - least);
    return out;
  }
  std::int64_t before = 0, slope = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::int64_t delta = y[i] - before;
    out[i] = zigzag(order == 1 ? delta : delta - slope);
    slope = delta;
    before = y[i];
  }
  return out;
}

void encode_decimal(std::span<const std::int64_t> integers, Scale scale, Packer& packer,
                    Bytes& out) {
  const std::uint64_t divisor = common_divisor(integers);
  std::vector<std::int64_t> y(integers.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = (integers[i] - integers[0]) / static_cast<std::int64_t>(divisor);
  }
  int order = 0;
  std::vector<std::uint64_t> best = differences(y, 0);
  for (const int other : {1, 2}) {
    std::vector<std::uint64_t> candidate = differences(y, other);
    if (total_bits(candidate) < total_bits(best)) {
      best = std::move(candidate);
      order = other;
    }
  }
  put_u8(out, kDecimal);
  put_u8(out, static_cast<std::uint8_t>(scale.digits | (scale.multiply ? kMultiply : 0)));
  put_u8(out, static_cast<std::uint8_t>(order));
  put_varint(out, zigzag(integers[0]));
  put_varint(out, divisor);
  if (order == 0) put_varint(out, zigzag(*std::min_element(y.begin(), y.end())));
  encode_integers(best, packer, out);
}

bool decode_decimal(ByteReader& in, std::size_t count, Packer& packer,
                    std::vector<double>& values) {
  const std::uint8_t scale_byte = in.u8();
  const Scale scale{static_cast<std::uint8_t>(scale_byte & ~kMultiply),
                    (scale_byte & kMultiply) != 0};
  const std::uint8_t order = in.u8();
  const std::int64_t first = unzigzag(in.varint());
  const std::uint64_t divisor = in.varint();
  const std::int64_t least = order == 0 ? unzigzag(in.varint()) : 0;
  std::vector<std::uint64_t> stored;
  if (scale.digits > kMaxDigits || order > 2 || !in.ok() ||
      !decode_integers(in, count, packer, stored)) {
    return false;
  }
  values.resize(count);
  std::int64_t before = 0, slope = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t y = 0;
    if (order == 0) {
      y = wrap_add(least, static_cast<std::int64_t>(stored[i]));
    } else {
      const std::int64_t delta = wrap_add(unzigzag(stored[i]), order == 2 ? slope : 0);
      y = wrap_add(before, delta);
      slope = delta;
    }
    before = y;
    values[i] = from_decimal(wrap_add(first, wrap_mul(y, divisor)), scale);
  }
  return true;
}

// The eight bytes of each double, first bytes together: sign and exponent repeat, so they pack.
void encode_planes(std::span<const double> values, Packer& packer, Bytes& out) {
  put_u8(out, kPlanes);
  Bytes plane(values.size());
  for (unsigned shift = 0; shift < 64; shift += 8) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      plane[i] = static_cast<std::uint8_t>(bits_of(values[i]) >> shift);
    }
    packer.pack(plane, out);
  }
}

bool decode_planes(ByteReader& in, std::size_t count, Packer& packer, std::vector<double>& values) {
  std::vector<std::uint64_t> bits(count, 0);
  Bytes plane;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    if (!packer.unpack(in, count, plane)) return false;
    for (std::size_t i = 0; i < count; ++i) bits[i] |= std::uint64_t{plane[i]} << shift;
  }
  values.resize(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = std::bit_cast<double>(bits[i]);
  return true;
}

// Point i of the straight line from 0 to `span` in `steps` steps, without overflow.
std::int64_t line_at(std::uint64_t i, std::uint64_t span, std::uint64_t steps) {
  return static_cast<std::int64_t>(i * (span / steps) + i * (span % steps) / steps);
}

}  // namespace

void encode_values(std::span<const double> values, Packer& packer, Bytes& out) {
  if (values.empty()) return;
  if (std::all_of(values.begin(), values.end(),
                  [&](double v) { return bits_of(v) == bits_of(values[0]); })) {
    put_u8(out, kConstant);
    put_u64(out, bits_of(values[0]));
    return;
  }
  std::vector<std::int64_t> integers;
  if (const auto scale = to_decimal(values, integers)) {
    encode_decimal(integers, *scale, packer, out);
  } else {
    encode_planes(values, packer, out);
  }
}

Result<std::vector<double>> decode_values(ByteReader& in, std::size_t count, Packer& packer) {
  std::vector<double> values;
  if (count == 0) return values;
  if (count > kMaxRows) return corrupt("a blob claims too many rows");
  const std::uint8_t codec = in.u8();
  bool good = in.ok();
  if (codec == kConstant) {
    values.assign(count, std::bit_cast<double>(in.u64()));
    good = in.ok();
  } else if (codec == kDecimal) {
    good = good && decode_decimal(in, count, packer, values);
  } else if (codec == kPlanes) {
    good = good && decode_planes(in, count, packer, values);
  } else {
    good = false;
  }
  if (!good) return corrupt("a blob of values does not decode");
  return values;
}

void encode_states(std::span<const State> states, Bytes& out) {
  for (std::size_t i = 0; i < states.size();) {
    std::size_t end = i + 1;
    while (end < states.size() && states[end] == states[i]) ++end;
    put_u8(out, static_cast<std::uint8_t>(states[i]));
    put_varint(out, end - i);
    i = end;
  }
}

Result<std::vector<State>> decode_states(ByteReader& in, std::size_t count) {
  std::vector<State> states;
  states.reserve(count);
  while (states.size() < count) {
    const std::uint8_t state = in.u8();
    const std::uint64_t run = in.varint();
    if (!in.ok() || state > static_cast<std::uint8_t>(State::error) || run == 0 ||
        run > count - states.size()) {
      return corrupt("a run of states does not decode");
    }
    states.insert(states.end(), run, static_cast<State>(state));
  }
  return states;
}

Bytes encode_times(std::span<const Nanos> times, Packer& packer) {
  Bytes out;
  if (times.empty()) return out;
  const std::uint64_t divisor = common_divisor(times);
  std::vector<std::uint64_t> y(times.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] = static_cast<std::uint64_t>(times[i] - times[0]) / divisor;
  }
  std::vector<std::uint64_t> deltas(y.size(), 0), residuals(y.size(), 0);
  std::int64_t least = 0;
  const std::uint64_t steps = std::max<std::uint64_t>(y.size() - 1, 1);
  std::vector<std::int64_t> from_line(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (i > 0) deltas[i] = y[i] - y[i - 1];
    from_line[i] = static_cast<std::int64_t>(y[i]) - line_at(i, y.back(), steps);
    least = std::min(least, from_line[i]);
  }
  for (std::size_t i = 0; i < y.size(); ++i) {
    residuals[i] = static_cast<std::uint64_t>(from_line[i] - least);
  }
  const bool line = total_bits(residuals) < total_bits(deltas);
  put_u8(out, line ? kLine : kDeltas);
  put_varint(out, zigzag(times[0]));
  put_varint(out, divisor);
  if (line) {
    put_varint(out, y.back());
    put_varint(out, zigzag(least));
  }
  encode_integers(line ? residuals : deltas, packer, out);
  return out;
}

Result<std::vector<Nanos>> decode_times(ByteSpan blob, std::size_t count, Packer& packer) {
  std::vector<Nanos> times;
  if (count == 0) return times;
  ByteReader in(blob);
  const std::uint8_t mode = in.u8();
  const std::int64_t first = unzigzag(in.varint());
  const std::uint64_t divisor = in.varint();
  const std::uint64_t span = mode == kLine ? in.varint() : 0;
  const std::int64_t least = mode == kLine ? unzigzag(in.varint()) : 0;
  std::vector<std::uint64_t> stored;
  if (mode > kDeltas || count > kMaxRows || !in.ok() ||
      !decode_integers(in, count, packer, stored) || !in.done()) {
    return corrupt("a time axis does not decode");
  }
  times.resize(count);
  const std::uint64_t steps = std::max<std::uint64_t>(count - 1, 1);
  std::int64_t y = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto step = static_cast<std::int64_t>(stored[i]);
    y = mode == kLine ? wrap_add(wrap_add(line_at(i, span, steps), least), step)
                      : wrap_add(y, step);
    times[i] = wrap_add(first, wrap_mul(y, divisor));
    if (i > 0 && times[i] < times[i - 1]) return corrupt("a time axis runs backwards");
  }
  return times;
}

Bytes encode_column(std::span<const double> values, std::span<const State> states, Packer& packer) {
  Bytes out;
  const auto is_good = [](State state) { return state == State::good; };
  if (std::all_of(states.begin(), states.end(), is_good)) {
    put_u8(out, 0);
    encode_values(values, packer, out);
    return out;
  }
  put_u8(out, kHasStates);
  encode_states(states, out);
  std::vector<double> good;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_good(states[i])) good.push_back(values[i]);
  }
  encode_values(good, packer, out);
  return out;
}

Result<Column> decode_column(ByteSpan blob, std::size_t count, Packer& packer) {
  Column column;
  ByteReader in(blob);
  const std::uint8_t flags = in.u8();
  if (!in.ok() || flags > kHasStates || count > kMaxRows) return corrupt("a chunk does not decode");
  std::size_t good_count = count;
  if (flags == kHasStates) {
    auto states = decode_states(in, count);
    if (!states) return states.error();
    column.states = std::move(*states);
    good_count = static_cast<std::size_t>(
        std::count(column.states.begin(), column.states.end(), State::good));
  }
  auto good = decode_values(in, good_count, packer);
  if (!good) return good.error();
  if (!in.done()) return corrupt("a chunk has bytes to spare");
  if (flags != kHasStates) {
    column.values = std::move(*good);
    return column;
  }
  column.values.assign(count, 0.0);
  auto next = good->begin();
  for (std::size_t i = 0; i < count; ++i) {
    if (column.states[i] == State::good) column.values[i] = *next++;
  }
  return column;
}

}  // namespace soakrig::store
