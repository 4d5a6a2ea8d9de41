// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/frame_ring.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::instruments;

TEST_CASE("the ring keeps the last frames, oldest first, each bounded") {
  FrameRing ring;
  CHECK(ring.last(10).empty());
  for (std::size_t i = 0; i < FrameRing::kFrames + 3; ++i) {
    ring.add(static_cast<soakrig::Nanos>(i), RawFrame::Kind::received,
             std::vector<std::uint8_t>(i, static_cast<std::uint8_t>(i)));
  }
  const auto all = ring.last(1000);
  REQUIRE(all.size() == FrameRing::kFrames);
  CHECK(all.front().t == 3);
  CHECK(all.front().bytes == std::vector<std::uint8_t>{3, 3, 3});
  const auto two = ring.last(2);
  REQUIRE(two.size() == 2);
  CHECK(two.back().t == FrameRing::kFrames + 2);
  ring.add(0, RawFrame::Kind::stray, std::vector<std::uint8_t>(1000, 7));
  CHECK(ring.last(1)[0].bytes.size() == FrameRing::kMaxBytes);
  CHECK(to_string(ring.last(1)[0].kind) == "stray");
}

TEST_CASE("frames are written as hexadecimal bytes") {
  CHECK(to_hex(std::vector<std::uint8_t>{}) == "");
  CHECK(to_hex(std::vector<std::uint8_t>{0x01, 0xAF, 0x00}) == "01 af 00");
  CHECK(to_hex(std::vector<std::uint8_t>{1, 2, 3}, 2) == "01 02 …");
}
