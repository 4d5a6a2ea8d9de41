// SPDX-License-Identifier: Apache-2.0
#include "results/store/codec.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

using Random = std::mt19937_64;

std::vector<std::uint64_t> bits(const std::vector<double>& values) {
  std::vector<std::uint64_t> out;
  for (const double v : values) out.push_back(std::bit_cast<std::uint64_t>(v));
  return out;
}

std::vector<double> round_trip(const std::vector<double>& values, std::size_t* size = nullptr) {
  Packer packer;
  Bytes blob;
  encode_values(values, packer, blob);
  if (size != nullptr) *size = blob.size();
  ByteReader in(blob);
  const auto back = decode_values(in, values.size(), packer);
  REQUIRE(back);
  CHECK(in.done());
  return *back;
}

void check_round_trip(const std::vector<double>& values) {
  REQUIRE(bits(round_trip(values)) == bits(values));
}

// One value of a kind that instruments, counters or bugs produce.
double any_value(Random& random) {
  const double large = std::numeric_limits<double>::max();
  switch (random() % 8) {
    case 0:
      return static_cast<double>(random() % 1000) / 10;
    case 1:
      return -static_cast<double>(random() % 1000) * 0.001;
    case 2:
      return -0.0;
    case 3:
      return large * (random() % 2 == 0 ? 1 : -1);
    case 4:
      return std::numeric_limits<double>::denorm_min() * static_cast<double>(random() % 9);
    case 5:
      return static_cast<double>(static_cast<std::int64_t>(random()));
    default: {
      const double v = std::bit_cast<double>(random());
      return std::isfinite(v) ? v : 1.0;
    }
  }
}

TEST_CASE("any finite doubles come back bit for bit") {
  Random random(1);
  for (int round = 0; round < 400; ++round) {
    std::vector<double> values(random() % 300);
    for (double& v : values) v = any_value(random);
    check_round_trip(values);
  }
}

TEST_CASE("decimal walks, ramps and noise come back bit for bit") {
  Random random(2);
  for (int round = 0; round < 300; ++round) {
    const double power = std::pow(10.0, static_cast<double>(random() % 10));
    const std::int64_t step = static_cast<std::int64_t>(random() % 2000) + 1;
    const std::int64_t slope = static_cast<std::int64_t>(random() % 5000) - 2500;
    std::int64_t level = static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000;
    std::vector<double> values(random() % 600 + 1);
    for (double& v : values) {
      level += slope + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(step));
      v = static_cast<double>(level) / power;
    }
    check_round_trip(values);
  }
}

TEST_CASE("extremes next to each other come back bit for bit") {
  const double large = std::numeric_limits<double>::max();
  check_round_trip({large, -large, 0.0, -0.0, 5e-324, -5e-324});
  check_round_trip({9007199254740991.0, -9007199254740991.0});
  check_round_trip({-0.0});
  check_round_trip({0.0, -0.0});
  check_round_trip({});
}

TEST_CASE("a constant column costs nine bytes, however long") {
  std::size_t size = 0;
  round_trip(std::vector<double>(4096, 0.1), &size);
  CHECK(size == 9);
}

TEST_CASE("a temperature costs far less than a byte a sample") {
  Random random(3);
  std::vector<double> values(4096);
  int level = 453;
  for (double& v : values) {
    if (random() % 10 == 0) level += random() % 2 == 0 ? 1 : -1;
    v = level / 10.0;
  }
  std::size_t size = 0;
  round_trip(values, &size);
  CHECK(size < 4096 / 3);
}

TEST_CASE("states come back and absent values are not stored as numbers") {
  Random random(4);
  Packer packer;
  for (int round = 0; round < 200; ++round) {
    const std::size_t count = random() % 200 + 1;
    std::vector<double> values(count);
    std::vector<State> states(count);
    for (std::size_t i = 0; i < count; ++i) {
      states[i] = static_cast<State>(random() % 6 < 3 ? 0 : random() % 4);
      values[i] = states[i] == State::good ? any_value(random) : 0;
    }
    const Bytes blob = encode_column(values, states, packer);
    const auto back = decode_column(blob, count, packer);
    REQUIRE(back);
    REQUIRE(bits(back->values) == bits(values));
    const bool all_good =
        std::all_of(states.begin(), states.end(), [](State s) { return s == State::good; });
    REQUIRE(back->states == (all_good ? std::vector<State>() : states));
  }
  // A channel that is never there costs a handful of bytes.
  CHECK(encode_column(std::vector<double>(4096), std::vector<State>(4096, State::no_data), packer)
            .size() == 4);
}

TEST_CASE("times come back to the nanosecond") {
  Random random(5);
  Packer packer;
  for (int round = 0; round < 300; ++round) {
    const Nanos unit = round % 3 == 0 ? kMicrosecond : 1;
    const Nanos period = static_cast<Nanos>(random() % 1000) * kMillisecond;
    const auto jitter = static_cast<std::uint64_t>(random() % 300'000 + 1);
    std::vector<Nanos> times(random() % 400 + 1);
    Nanos t = static_cast<Nanos>(random() % 1'000'000'000'000) - kHour;
    for (Nanos& taken : times) {
      taken = (t + static_cast<Nanos>(random() % jitter)) / unit * unit;
      t += std::max<Nanos>(period, static_cast<Nanos>(jitter) + unit);
    }
    const Bytes blob = encode_times(times, packer);
    const auto back = decode_times(blob, times.size(), packer);
    REQUIRE(back);
    REQUIRE(*back == times);
  }
  const std::vector<Nanos> same(50, 7 * kSecond);
  CHECK(decode_times(encode_times(same, packer), 50, packer).value() == same);
}

TEST_CASE("a grid in microseconds costs under two bytes a row") {
  Random random(6);
  std::normal_distribution<double> jitter(0, 120);
  std::vector<Nanos> times;
  for (int i = 0; i < 4096; ++i) {
    times.push_back(i * 100 * kMillisecond +
                    static_cast<Nanos>(std::fabs(jitter(random))) * kMicrosecond);
  }
  Packer packer;
  CHECK(encode_times(times, packer).size() < 4096 * 2);
}

TEST_CASE("damaged blobs are errors or other numbers, never a crash or a NaN made of states") {
  Random random(7);
  Packer packer;
  std::vector<double> values(300);
  std::vector<State> states(300, State::good);
  std::vector<Nanos> times(300);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(random() % 1000) / 10;
    if (i % 50 == 7) states[i] = State::stale;
    if (states[i] != State::good) values[i] = 0;
    times[i] = static_cast<Nanos>(i) * kSecond + static_cast<Nanos>(random() % 1000);
  }
  const Bytes column = encode_column(values, states, packer);
  const Bytes axis = encode_times(times, packer);
  for (int round = 0; round < 3000; ++round) {
    Bytes bad_column = column, bad_axis = axis;
    bad_column[random() % bad_column.size()] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    bad_axis[random() % bad_axis.size()] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    bad_column.resize(random() % 4 == 0 ? random() % bad_column.size() : bad_column.size());
    const auto decoded = decode_column(bad_column, values.size(), packer);
    if (decoded) CHECK(decoded->values.size() == values.size());
    const auto decoded_axis = decode_times(bad_axis, times.size(), packer);
    if (decoded_axis) CHECK(std::is_sorted(decoded_axis->begin(), decoded_axis->end()));
  }
  CHECK(decode_column(column, 299, packer).error().code == Errc::corrupt);
  CHECK(decode_column({}, 5, packer).error().code == Errc::corrupt);
  CHECK(decode_column(column, kMaxRows + 1, packer).error().code == Errc::corrupt);
}

}  // namespace
}  // namespace soakrig::store
