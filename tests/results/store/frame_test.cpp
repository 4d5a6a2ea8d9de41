// SPDX-License-Identifier: Apache-2.0
#include "results/store/frame.hpp"

#include <random>

#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

using Random = std::mt19937_64;

Batch any_batch(Random& random) {
  Batch batch;
  batch.columns = static_cast<std::uint32_t>(random() % 12);
  const std::size_t rows = random() % 15 + 1;
  const bool states = random() % 2 == 0;
  Nanos t = static_cast<Nanos>(random() % 1'000'000'000'000) - kMinute;
  for (std::size_t row = 0; row < rows; ++row) {
    batch.taken.push_back(t);
    t += static_cast<Nanos>(random() % 200'000'000);
    for (std::uint32_t column = 0; column < batch.columns; ++column) {
      const auto state = states && random() % 5 == 0 ? State::no_data : State::good;
      if (states) batch.states.push_back(state);
      const double v = column % 3 == 0   ? 1.5
                       : column % 3 == 1 ? static_cast<double>(random() % 5000) / 1000
                                         : 1.0 / static_cast<double>(random() % 5000 + 3);
      batch.values.push_back(state == State::good ? v : 0);
    }
  }
  return batch;
}

TEST_CASE("frames come back as they were") {
  Random random(1);
  for (int round = 0; round < 500; ++round) {
    const Batch batch = any_batch(random);
    const auto back = decode_frame(encode_frame(batch), batch.rows(), batch.columns);
    REQUIRE(back);
    REQUIRE(back->taken == batch.taken);
    REQUIRE(back->values == batch.values);
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      for (std::uint32_t column = 0; column < batch.columns; ++column) {
        REQUIRE(back->state(row, column) == batch.state(row, column));
      }
    }
  }
}

TEST_CASE("a second of ordinary readings costs about two bytes a sample") {
  const Batch batch = test_rows(100, 10, 50);
  CHECK(encode_frame(batch).size() < 1200);
}

TEST_CASE("damaged frames are refused or other rows, never a crash") {
  Random random(2);
  const Batch batch = any_batch(random);
  const Bytes blob = encode_frame(batch);
  for (std::size_t length = 0; length < blob.size(); ++length) {
    CHECK_FALSE(decode_frame(ByteSpan(blob).first(length), batch.rows(), batch.columns));
  }
  for (int round = 0; round < 3000; ++round) {
    Bytes bad = blob;
    bad[random() % bad.size()] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    const auto frame = decode_frame(bad, batch.rows(), batch.columns);
    if (frame) CHECK(frame->consistent());
  }
  // A row count that the bytes cannot hold costs no memory.
  CHECK_FALSE(decode_frame(blob, std::size_t{1} << 40, batch.columns));
  CHECK_FALSE(decode_frame(blob, batch.rows(), std::size_t{1} << 40));
}

}  // namespace
}  // namespace soakrig::store
