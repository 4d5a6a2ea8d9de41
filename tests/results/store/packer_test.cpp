// SPDX-License-Identifier: Apache-2.0
#include "results/store/packer.hpp"

#include <random>

#include "tests/support/catch.hpp"

namespace soakrig::store {
namespace {

Bytes packed(const Bytes& plain) {
  Packer packer;
  Bytes out;
  packer.pack(plain, out);
  return out;
}

void check_round_trip(const Bytes& plain) {
  Packer packer;
  const Bytes blob = packed(plain);
  ByteReader in(blob);
  Bytes back;
  REQUIRE(packer.unpack(in, plain.size(), back));
  CHECK(in.done());
  CHECK(back == plain);
}

TEST_CASE("blocks come back, whichever way they were packed") {
  check_round_trip({});
  check_round_trip({7});
  check_round_trip(Bytes(5000, 9));
  Bytes pattern, noise;
  std::mt19937 random(3);
  for (int i = 0; i < 5000; ++i) {
    pattern.push_back(static_cast<std::uint8_t>(i % 17));
    noise.push_back(static_cast<std::uint8_t>(random()));
  }
  check_round_trip(pattern);
  check_round_trip(noise);
  CHECK(packed(Bytes(5000, 9)).size() == 2);
  CHECK(packed(pattern).size() < 200);
  CHECK(packed(noise).size() == 5001);
}

TEST_CASE("integers come back, from one bit to sixty-four") {
  std::mt19937_64 random(4);
  for (unsigned bits = 0; bits <= 64; ++bits) {
    for (const std::size_t count : {0u, 1u, 7u, 500u}) {
      std::vector<std::uint64_t> integers(count);
      for (auto& v : integers) v = bits == 0 ? 0 : random() >> (64 - bits);
      Packer packer;
      Bytes blob;
      encode_integers(integers, packer, blob);
      ByteReader in(blob);
      std::vector<std::uint64_t> back;
      REQUIRE(decode_integers(in, count, packer, back));
      CHECK(in.done());
      REQUIRE(back == integers);
    }
  }
}

TEST_CASE("noise costs about its bits and not more") {
  std::mt19937_64 random(5);
  std::vector<std::uint64_t> integers(4096);
  for (auto& v : integers) v = random() >> 54;  // ten bits
  Packer packer;
  Bytes blob;
  encode_integers(integers, packer, blob);
  CHECK(blob.size() < 4096 * 10 / 8 + 300);
}

TEST_CASE("damaged blocks are refused, never trusted") {
  std::mt19937 random(6);
  Bytes plain;
  for (int i = 0; i < 600; ++i) plain.push_back(static_cast<std::uint8_t>(random() % 5));
  const Bytes blob = packed(plain);
  Packer packer;
  Bytes back;
  for (std::size_t length = 0; length < blob.size(); ++length) {
    ByteReader in(ByteSpan(blob).first(length));
    CHECK_FALSE(packer.unpack(in, plain.size(), back));
  }
  ByteReader wrong_size(blob);
  CHECK_FALSE(packer.unpack(wrong_size, plain.size() + 1, back));
  const Bytes unknown = {9, 1, 2};
  ByteReader in(unknown);
  CHECK_FALSE(packer.unpack(in, 2, back));
  // A count that the bytes cannot hold.
  const Bytes lies = {0, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 7};
  ByteReader lying(lies);
  std::vector<std::uint64_t> integers;
  CHECK_FALSE(decode_integers(lying, 8, packer, integers));
}

}  // namespace
}  // namespace soakrig::store
