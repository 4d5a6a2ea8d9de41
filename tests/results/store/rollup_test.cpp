// SPDX-License-Identifier: Apache-2.0
#include "results/store/rollup.hpp"

#include <cmath>
#include <random>

#include "results/store/view_bins.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

struct Column {
  std::vector<Nanos> times;
  std::vector<double> values;
  std::vector<State> states;
};

// 10 Hz with jitter; now and then a state, a hole of a minute, a tie, an extreme.
Column make_column(std::size_t n, unsigned seed, int decimals) {
  std::mt19937_64 random(seed);
  Column out;
  Nanos t = static_cast<Nanos>(random() % 1'000'000'000);
  double level = 450;
  for (std::size_t i = 0; i < n; ++i) {
    const auto dice = random() % 1000;
    t += dice == 0 ? kMinute : dice == 1 ? 0 : 100 * kMillisecond + static_cast<Nanos>(dice) * 1000;
    level += static_cast<double>(random() % 3) - 1;
    out.times.push_back(t);
    out.values.push_back(decimals > 0 ? level / std::pow(10, decimals)
                                      : level + static_cast<double>(random() >> 12) * 0x1p-52);
    out.states.push_back(dice < 980 ? State::good : static_cast<State>(1 + dice % 3));
    if (out.states.back() != State::good) out.values.back() = 0;
  }
  return out;
}

// Every stretch against its rows; none lost, none doubled.
void check_stretches(const std::vector<ViewBin>& stretches, const Column& column) {
  std::size_t row = 0;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const ViewBin& stretch = stretches[i];
    REQUIRE(stretch.t0 < stretch.t1);
    if (i > 0) REQUIRE(stretch.t0 >= stretches[i - 1].t1);
    ViewBin want;
    for (std::uint64_t k = 0; k < stretch.rows; ++k, ++row) {
      REQUIRE(row < column.times.size());
      REQUIRE(column.times[row] >= stretch.t0);
      REQUIRE(column.times[row] < stretch.t1);
      merge(want, stretch_of(column.times[row], column.values[row], column.states[row]));
    }
    REQUIRE(stretch.good == want.good);
    REQUIRE(stretch.min == want.min);
    REQUIRE(stretch.max == want.max);
    REQUIRE(stretch.sum == Approx(want.sum).epsilon(1e-13));
    REQUIRE((stretch.flags & ~kBinGap) == want.flags);
  }
  REQUIRE(row == column.times.size());
}

TEST_CASE("stretches of every level have their rows' exact extremes, and come back bit for bit") {
  Packer packer;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    const std::size_t n = seed == 1 ? 1 : 4096 * seed / 3;
    const Column column = make_column(n, seed, static_cast<int>(seed % 3));
    const auto longest = seed % 4 == 0 ? std::nullopt : longest_step(100 * kMillisecond);
    auto level = condense_rows(column.times, column.values, column.states, longest);
    for (int i = 0; i < 3; ++i) {
      CAPTURE(seed, i, level.size());
      check_stretches(level, column);
      const Bytes blob = encode_rollup(level, packer);
      const auto back = decode_rollup(blob, level.size(), level.back().t1 - 1, packer);
      REQUIRE(back);
      REQUIRE(*back == level);
      level = condense(level, longest);
    }
  }
}

TEST_CASE("a regular column costs next to nothing") {
  Packer packer;
  std::vector<Nanos> times;
  std::vector<double> values;
  for (int i = 0; i < 4096; ++i) {
    times.push_back(i * 100 * kMillisecond + (i * 7919 % 100) * kMicrosecond);
    values.push_back(45.5);
  }
  const auto level = condense_rows(times, values, {}, longest_step(100 * kMillisecond));
  CHECK(level.size() == 128);
  CHECK(level[5].sum == 32 * 45.5);
  CHECK(encode_rollup(level, packer).size() < 60);
}

TEST_CASE("sums of decimal readings are exact") {
  std::vector<Nanos> times;
  std::vector<double> values;
  for (int i = 0; i < 32; ++i) {
    times.push_back(i);
    values.push_back(0.1);
  }
  const auto level = condense_rows(times, values, {}, std::nullopt);
  REQUIRE(level.size() == 1);
  CHECK(level[0].sum == 3.2);  // adding 0.1 up gives 3.2000000000000006
}

TEST_CASE("a stretch ends before missing rows, unless it would be too short") {
  std::vector<Nanos> times;
  for (int i = 0; i < 40; ++i) times.push_back(i * kSecond + (i >= 20 ? kHour : 0));
  const std::vector<double> values(40, 1.0);
  const auto cut = condense_rows(times, values, {}, longest_step(kSecond));
  REQUIRE(cut.size() == 2);
  CHECK(cut[0].rows == 20);
  CHECK(cut[0].t1 == 19 * kSecond + 1);
  CHECK(cut[1].t0 == 20 * kSecond + kHour);
  CHECK(cut[0].flags == 0);
  for (std::size_t i = 0; i < 40; ++i) times[i] = static_cast<Nanos>(i) * kMinute;
  const auto flaky = condense_rows(times, values, {}, longest_step(kSecond));
  REQUIRE(flaky.size() == 5);
  CHECK(flaky[0].flags == kBinGap);
}

TEST_CASE("hostile summaries are refused, never read beyond") {
  Packer packer;
  const Column column = make_column(2000, 3, 1);
  const auto level =
      condense_rows(column.times, column.values, column.states, longest_step(100 * kMillisecond));
  const Bytes blob = encode_rollup(level, packer);
  const Nanos last = level.back().t1 - 1;
  CHECK_FALSE(decode_rollup(blob, 0, last, packer));
  CHECK_FALSE(decode_rollup(blob, level.size() + 1, last, packer));
  CHECK_FALSE(decode_rollup(blob, std::size_t{1} << 40, last, packer));
  CHECK_FALSE(decode_rollup(blob, level.size(), level.back().t0 - 1, packer));
  std::mt19937 random(4);
  for (int round = 0; round < 20'000; ++round) {
    Bytes hurt = blob;
    hurt[random() % hurt.size()] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    if (round % 3 == 0) hurt.resize(random() % hurt.size());
    const auto out = decode_rollup(hurt, level.size(), last, packer);
    if (!out) continue;
    for (const ViewBin& stretch : *out) REQUIRE(stretch.t0 < stretch.t1);
  }
}

}  // namespace
}  // namespace soakrig::store
