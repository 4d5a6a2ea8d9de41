// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/register_map.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

Point tenth() {
  Point point;
  point.name = "temperature";
  point.address = 100;
  point.type = PointType::s16;
  point.unit = "Cel";
  point.scale = 0.1;
  point.offset = -5.0;
  point.min = -100.0;
  point.max = 200.0;
  point.absent = {-32768.0};
  return point;
}

}  // namespace

TEST_CASE("a point is scaled and shifted") {
  const std::vector<std::uint16_t> registers = {7, 300, 9};
  CHECK(read_point(tenth(), registers, 99).value() == Approx(25.0));
  CHECK(point_words(tenth(), 25.0).value() == std::vector<std::uint16_t>{300});
}

TEST_CASE("an absent code, an impossible value and a foreign range are told apart") {
  const std::vector<std::uint16_t> absent = {0x8000}, hot = {9000}, fine = {300};
  CHECK(read_point(tenth(), absent, 100).error().code == Errc::not_found);
  CHECK(read_point(tenth(), hot, 100).error().code == Errc::protocol);
  CHECK(read_point(tenth(), fine, 101).error().code == Errc::invalid);
  CHECK(read_point(tenth(), fine, 99).error().code == Errc::invalid);
}

TEST_CASE("a value outside the point's limits is not written") {
  CHECK(point_words(tenth(), 200.1).error().code == Errc::invalid);
  CHECK(point_words(tenth(), -100.1).error().code == Errc::invalid);
  CHECK(point_words(tenth(), 200.0).has_value());
}

TEST_CASE("a block covers what lies wholly inside it") {
  Block block;
  block.start = 100;
  block.count = 2;
  Point point = tenth();
  CHECK(block.covers(point));
  point.address = 101;
  point.length = 2;
  CHECK_FALSE(block.covers(point));
  point = tenth();
  point.area = Area::input;
  CHECK_FALSE(block.covers(point));
}

TEST_CASE("decimals that the device says scale a point both ways; unknown ones are no value") {
  Point point;
  point.name = "t";
  point.type = PointType::s16;
  point.min = -100.0;
  point.max = 200.0;
  const std::vector<std::uint16_t> raw = {static_cast<std::uint16_t>(-405)};
  for (const auto& [decimals, value] :
       {std::pair(1, -40.5), std::pair(2, -4.05), std::pair(3, -0.405)}) {
    point.decimals = decimals;
    CHECK(read_point(point, raw, 0).value() == Approx(value));
    CHECK(point_words(point, value).value() == raw);
  }
  point.decimals = 0;
  CHECK_FALSE(read_point(point, raw, 0));  // -405 Cel cannot be
  point.decimals = -1;
  CHECK(read_point(point, raw, 0).error().code == Errc::not_found);
  CHECK_FALSE(point_words(point, 20.0));
}

TEST_CASE("bits of a register, and words that read back as others") {
  Point bit;
  bit.type = PointType::bit;
  bit.bit = 5;
  CHECK(read_point(bit, std::vector<std::uint16_t>{0x0020}, 0).value() == 1.0);
  CHECK(read_point(bit, std::vector<std::uint16_t>{0xFFDF}, 0).value() == 0.0);
  Point relay;
  relay.type = PointType::u16;
  relay.codes = {{"on", 0x100}, {"off", 0x200}};
  relay.reads = {{"on", 1}, {"off", 0}};
  CHECK(read_point(relay, std::vector<std::uint16_t>{1}, 0).value() == 0x100);
  CHECK(read_point(relay, std::vector<std::uint16_t>{0}, 0).value() == 0x200);
  CHECK_FALSE(read_point(relay, std::vector<std::uint16_t>{7}, 0));
}
