// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/codec.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using Words = std::vector<std::uint16_t>;

namespace {

constexpr WordOrder kAll[] = {WordOrder::abcd, WordOrder::cdab, WordOrder::badc, WordOrder::dcba};

Words encoded(PointType type, WordOrder order, double value) {
  return encode_number(type, order, value).value();
}
double decoded(PointType type, WordOrder order, const Words& words) {
  return decode_number(type, order, words).value();
}

}  // namespace

TEST_CASE("123456.0 is 47F1 2000, spelt in four orders") {
  CHECK(encoded(PointType::f32, WordOrder::abcd, 123456.0) == Words{0x47F1, 0x2000});
  CHECK(encoded(PointType::f32, WordOrder::cdab, 123456.0) == Words{0x2000, 0x47F1});
  CHECK(encoded(PointType::f32, WordOrder::badc, 123456.0) == Words{0xF147, 0x0020});
  CHECK(encoded(PointType::f32, WordOrder::dcba, 123456.0) == Words{0x0020, 0xF147});
}

TEST_CASE("every order is its own inverse at the edges of every type") {
  const std::vector<double> floats = {0.0,
                                      -0.0,
                                      23.25,
                                      -40.5,
                                      85.0,
                                      1e-38,
                                      3.0e38,
                                      std::numeric_limits<float>::denorm_min(),
                                      std::numeric_limits<float>::max(),
                                      std::numeric_limits<float>::lowest()};
  for (const WordOrder order : kAll) {
    for (const double value : floats) {
      const double want = static_cast<double>(static_cast<float>(value));
      const double got = decoded(PointType::f32, order, encoded(PointType::f32, order, want));
      CHECK(std::bit_cast<std::uint64_t>(got) == std::bit_cast<std::uint64_t>(want));
    }
    for (const double value : {0.0, 1.0, 65535.0, 65536.0, 4294967295.0}) {
      CHECK(decoded(PointType::u32, order, encoded(PointType::u32, order, value)) == value);
    }
    for (const double value : {0.0, -1.0, 2147483647.0, -2147483648.0}) {
      CHECK(decoded(PointType::s32, order, encoded(PointType::s32, order, value)) == value);
    }
  }
}

TEST_CASE("every 16-bit pattern survives every order") {
  for (const WordOrder order : kAll) {
    for (std::uint32_t i = 0; i < 65536; ++i) {
      const auto high = static_cast<std::uint16_t>(i);
      const auto low = static_cast<std::uint16_t>(i * 40503u);
      const auto words = split_words(join_words(high, low, order), order);
      if (words[0] != high || words[1] != low) FAIL("pattern " << i);
    }
  }
}

TEST_CASE("16-bit values ignore the order and know their sign") {
  for (const WordOrder order : kAll) {
    CHECK(encoded(PointType::s16, order, -2) == Words{0xFFFE});
    CHECK(decoded(PointType::s16, order, {0x8000}) == -32768.0);
    CHECK(decoded(PointType::u16, order, {0x8000}) == 32768.0);
  }
}

TEST_CASE("integers round half to even") {
  CHECK(encoded(PointType::s16, WordOrder::abcd, 0.5) == Words{0});
  CHECK(encoded(PointType::s16, WordOrder::abcd, 1.5) == Words{2});
  CHECK(encoded(PointType::s16, WordOrder::abcd, 2.5) == Words{2});
  CHECK(decoded(PointType::s16, WordOrder::abcd, encoded(PointType::s16, WordOrder::abcd, -1.5)) ==
        -2.0);
  CHECK(decoded(PointType::s16, WordOrder::abcd, encoded(PointType::s16, WordOrder::abcd, -2.5)) ==
        -2.0);
}

TEST_CASE("what does not fit is refused, not wrapped") {
  for (const double value : {65536.0, -1.0, 1e300}) {
    CHECK(encode_number(PointType::u16, WordOrder::abcd, value).error().code == Errc::invalid);
  }
  CHECK_FALSE(encode_number(PointType::s16, WordOrder::abcd, 32768.0));
  CHECK_FALSE(encode_number(PointType::s32, WordOrder::abcd, 2147483648.0));
  CHECK_FALSE(encode_number(PointType::f32, WordOrder::abcd, 1e39));
  CHECK_FALSE(encode_number(PointType::f32, WordOrder::abcd, std::nan("")));
  CHECK_FALSE(encode_number(PointType::u16, WordOrder::abcd, HUGE_VAL));
  CHECK_FALSE(encode_number(PointType::text, WordOrder::abcd, 1));
}

TEST_CASE("a float that is no number is an error, never a value") {
  CHECK(decode_number(PointType::f32, WordOrder::abcd, Words{0x7FC0, 0}).error().code ==
        Errc::protocol);
  CHECK_FALSE(decode_number(PointType::f32, WordOrder::abcd, Words{0x7F80, 0}));
  CHECK_FALSE(decode_number(PointType::f32, WordOrder::abcd, Words{0x42A0}));
  CHECK_FALSE(decode_number(PointType::u16, WordOrder::abcd, Words{}));
  CHECK_FALSE(decode_number(PointType::text, WordOrder::abcd, Words{0x4142}));
}

TEST_CASE("text by one and by two characters a register") {
  CHECK(decode_text(Words{0x4634, 0x5420}, 2) == "F4T");
  CHECK(decode_text(Words{'F', '4', 'T', 0, 'x'}, 1) == "F4T");
  CHECK(decode_text(Words{0x0741, 0x4200}, 2) == "?AB");
  CHECK(encode_text("F4T", 2, 3) == Words{0x4634, 0x5400, 0});
  CHECK(encode_text("F4T", 1, 2) == Words{'F', '4'});
  CHECK(decode_text(encode_text("SOAKRIG-VIRTUAL", 1, 15), 1) == "SOAKRIG-VIRTUAL");
}

TEST_CASE("names of orders and types go both ways") {
  for (const WordOrder order : kAll) CHECK(parse_word_order(to_string(order)) == order);
  for (const auto type : {PointType::u16, PointType::s16, PointType::u32, PointType::s32,
                          PointType::f32, PointType::text}) {
    CHECK(parse_point_type(to_string(type)) == type);
  }
  CHECK_FALSE(parse_word_order("ABCD"));
  CHECK_FALSE(parse_point_type("float"));
}

TEST_CASE("64-bit floats in four orders: the words in order or in reverse, their bytes too") {
  // 1.0 is 3FF0 0000 0000 0000; a value with all bytes different shows the order.
  const double value = std::bit_cast<double>(0x3F01'0203'0405'0607ull);
  CHECK(encoded(PointType::f64, WordOrder::abcd, value) == Words{0x3F01, 0x0203, 0x0405, 0x0607});
  CHECK(encoded(PointType::f64, WordOrder::cdab, value) == Words{0x0607, 0x0405, 0x0203, 0x3F01});
  CHECK(encoded(PointType::f64, WordOrder::badc, value) == Words{0x013F, 0x0302, 0x0504, 0x0706});
  CHECK(encoded(PointType::f64, WordOrder::dcba, value) == Words{0x0706, 0x0504, 0x0302, 0x013F});
  for (const WordOrder order : kAll) {
    for (const double edge :
         {0.0, -0.0, 1.0, std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(),
          std::numeric_limits<double>::denorm_min(), 2.5e-300}) {
      const double got = decoded(PointType::f64, order, encoded(PointType::f64, order, edge));
      CHECK(std::bit_cast<std::uint64_t>(got) == std::bit_cast<std::uint64_t>(edge));
    }
    for (const double none : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
      CHECK_FALSE(encode_number(PointType::f64, order, none));
      const auto words = split_four(std::bit_cast<std::uint64_t>(none), order);
      CHECK(decode_number(PointType::f64, order, words).error().code == Errc::protocol);
    }
  }
  CHECK_FALSE(decode_number(PointType::f64, WordOrder::abcd, Words{1, 2}));
}

TEST_CASE("floats that are no number are refused in every order, bit pattern by bit pattern") {
  for (const WordOrder order : kAll) {
    for (std::uint32_t sign : {0u, 0x8000'0000u}) {
      for (std::uint32_t mantissa = 0; mantissa < 23; ++mantissa) {
        const auto nan = split_words(sign | 0x7F80'0000u | 1u << mantissa, order);
        CHECK_FALSE(decode_number(PointType::f32, order, nan));
      }
      CHECK_FALSE(decode_number(PointType::f32, order, split_words(sign | 0x7F80'0000u, order)));
      CHECK(decode_number(PointType::f32, order, split_words(sign | 0x7F7F'FFFFu, order)));
    }
  }
}

TEST_CASE("a bit is 0 or 1, and nothing else") {
  CHECK(decoded(PointType::bit, WordOrder::abcd, {1}) == 1.0);
  CHECK(decoded(PointType::bit, WordOrder::abcd, {0}) == 0.0);
  CHECK(encoded(PointType::bit, WordOrder::abcd, 1) == Words{1});
  CHECK_FALSE(encode_number(PointType::bit, WordOrder::abcd, 2));
  CHECK_FALSE(encode_number(PointType::bit, WordOrder::abcd, 0.5));
}
