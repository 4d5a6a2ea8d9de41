// SPDX-License-Identifier: Apache-2.0
#include "rig/base/quantity.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("Durations carry their unit") {
  CHECK(parse_duration("100ms").value() == 100 * kMillisecond);
  CHECK(parse_duration("250us").value() == 250 * kMicrosecond);
  CHECK(parse_duration("60s").value() == kMinute);
  CHECK(parse_duration("15min").value() == 15 * kMinute);
  CHECK(parse_duration("8h").value() == 8 * kHour);
  CHECK(parse_duration("1.5h").value() == 90 * kMinute);
  CHECK(parse_duration("1h30min").value() == 90 * kMinute);
  CHECK(parse_duration("1h 30min").value() == 90 * kMinute);
  CHECK(parse_duration("30d").value() == 30 * 24 * kHour);
}

TEST_CASE("A duration without a unit, with another one, negative or endless is refused") {
  for (const char* text : {"", "10", "10m", "-5s", "s", "1h30", "10 seconds", "1e400s", "nan s",
                           "99999999999d", "0x10s"}) {
    CAPTURE(text);
    const auto parsed = parse_duration(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Errc::invalid);
  }
}

TEST_CASE("Ratios are percentages") {
  CHECK(parse_ratio("2%").value() == Approx(0.02));
  CHECK(parse_ratio("97.5 %").value() == Approx(0.975));
  CHECK_FALSE(parse_ratio("0.02"));
  CHECK_FALSE(parse_ratio("2% 3%"));
}

TEST_CASE("Ramps are kelvin per time") {
  CHECK(parse_ramp("2K/min").value() == Approx(2.0 / 60));
  CHECK(parse_ramp("0.5K/s").value() == Approx(0.5));
  CHECK_FALSE(parse_ramp("0K/s"));
  CHECK_FALSE(parse_ramp("2C/min"));
}

TEST_CASE("Sizes know both kinds of prefix") {
  CHECK(parse_bytes("512MiB").value() == 512LL << 20);
  CHECK(parse_bytes("2GB").value() == 2'000'000'000);
  CHECK_FALSE(parse_bytes("12"));
}

TEST_CASE("The nearest word is near or nothing") {
  const std::vector<std::string> words = {"sample", "seed", "notes"};
  CHECK(nearest_word("sampel", words) == "sample");
  CHECK(nearest_word("sed", words) == "seed");
  CHECK(nearest_word("temperature", words).empty());
  CHECK(nearest_word("", words).empty());
  CHECK(nearest_word(std::string(100'000, 'a'), words).empty());
}
