// SPDX-License-Identifier: Apache-2.0
#include "probes/parse.hpp"

#include <string>

#include "tests/probes/probe_reading.hpp"

using namespace soakrig::probes;

TEST_CASE("integers parse whole or not at all") {
  CHECK(parse_int("42") == 42);
  CHECK(parse_int(" -7\n") == -7);
  CHECK(parse_int("9223372036854775807") == INT64_MAX);
  CHECK_FALSE(parse_int("9223372036854775808"));
  CHECK_FALSE(parse_int(""));
  CHECK_FALSE(parse_int("\n"));
  CHECK_FALSE(parse_int("12abc"));
  CHECK_FALSE(parse_int("1 2"));
  CHECK_FALSE(parse_int("0x10"));
  CHECK(parse_uint("18446744073709551615") == UINT64_MAX);
  CHECK_FALSE(parse_uint("-1"));
}

TEST_CASE("decimal numbers are finite or absent") {
  CHECK(parse_number("0.25") == 0.25);
  CHECK(parse_number("-3e2\n") == -300.0);
  CHECK_FALSE(parse_number("nan"));
  CHECK_FALSE(parse_number("inf"));
  CHECK_FALSE(parse_number("1e999"));
  CHECK_FALSE(parse_number("1,5"));
}

TEST_CASE("hexadecimal numbers take an optional prefix") {
  CHECK(parse_hex("0x50005") == 0x50005u);
  CHECK(parse_hex("50005\n") == 0x50005u);
  CHECK_FALSE(parse_hex("0x"));
  CHECK_FALSE(parse_hex("xyz"));
}

TEST_CASE("words and lines come off the front until nothing is left") {
  std::string_view rest = "  one\ttwo \nthree";
  CHECK(take_word(rest) == "one");
  CHECK(take_word(rest) == "two");
  CHECK(take_word(rest).empty());  // a line's end is no blank
  std::string_view lines = "a\n\nb";
  CHECK(take_line(lines) == "a");
  CHECK(take_line(lines).empty());
  CHECK(take_line(lines) == "b");
  CHECK(lines.empty());
}

TEST_CASE("a value is found by its whole key at the start of a line") {
  const std::string_view text = "MemTotal:  16 kB\nMemFree: 4 kB\noom_kill 3\noom_kill_x 9\n";
  CHECK(find_value(text, "MemTotal:") == "16");
  CHECK(find_value(text, "oom_kill") == "3");
  CHECK_FALSE(find_value(text, "oom"));
  CHECK_FALSE(find_value(text, "Free:"));
  CHECK_FALSE(find_value("MemTotal:", "MemTotal:"));
}

TEST_CASE("words are found in any case") {
  CHECK(contains_word("CPU-therm", "cpu"));
  CHECK_FALSE(contains_word("acpitz", "cpu"));
  CHECK_FALSE(contains_word("", "cpu"));
}

TEST_CASE("every parser takes any bytes") {
  for (const std::string& text : hostile_texts()) {
    static_cast<void>(parse_int(text));
    static_cast<void>(parse_uint(text));
    static_cast<void>(parse_hex(text));
    const auto number = parse_number(text);
    CHECK((!number || std::isfinite(*number)));
    static_cast<void>(find_value(text, "MemTotal:"));
    std::string_view rest = text;
    for (std::size_t i = 0; i <= text.size() && !rest.empty(); ++i) {
      static_cast<void>(take_line(rest));
    }
    CHECK(rest.empty());
  }
}
