// SPDX-License-Identifier: Apache-2.0
#include "rig/base/time.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

TEST_CASE("UTC is written and read back to the millisecond") {
  const Nanos noon = 1'772'366'400 * kSecond;
  CHECK(format_rfc3339(noon) == "2026-03-01T12:00:00.000Z");
  CHECK(format_rfc3339(noon + 7 * kMillisecond + 999'999) == "2026-03-01T12:00:00.007Z");
  CHECK(format_rfc3339(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(parse_rfc3339("2026-03-01T12:00:00Z") == noon);
  CHECK(parse_rfc3339("2026-03-01T12:00:00.25Z") == noon + 250 * kMillisecond);
  CHECK(parse_rfc3339("2026-03-01T12:00:00.000000001Z") == noon + 1);
}

TEST_CASE("What is not a UTC time is refused") {
  for (const char* text : {"", "2026-03-01", "2026-03-01T12:00:00", "2026-13-01T12:00:00Z",
                           "2026-03-01T25:00:00Z", "2026-03-01T12:00:00.Z",
                           "2026-03-01T12:00:00.1234567890Z", "2026-03-01 12:00:00Z",
                           "20-6-03-01T12:00:00Z", "2026-03-01T12:00:-1Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
  }
}

TEST_CASE("Durations are written for people") {
  CHECK(format_duration(850 * kMillisecond) == "850 ms");
  CHECK(format_duration(3'240 * kMillisecond) == "3.2 s");
  CHECK(format_duration(12 * kMinute + 5 * kSecond) == "12m 05s");
  CHECK(format_duration(62 * kMinute) == "1h 02m");
  CHECK(format_duration(30 * 24 * kHour) == "30d 00h");
  CHECK(format_duration(-5 * kSecond) == "-5.0 s");
  CHECK(format_duration(-1) == "0 ms");
}

TEST_CASE("An anchor maps one clock onto another") {
  const ClockAnchor anchor{100, 1'000, 5};
  CHECK(anchor.map(150) == 1'050);
  CHECK(anchor.map(50) == 950);
}

TEST_CASE("Seconds round to the nearest nanosecond") {
  CHECK(from_seconds(1.5) == 1'500'000'000);
  CHECK(from_seconds(1e-9 * 2.6) == 3);
  CHECK(to_seconds(kMinute) == 60.0);
}

TEST_CASE("The system's boot time never goes back") {
  const SystemClock clock;
  const Nanos before = clock.boot_ns();
  CHECK(clock.boot_ns() >= before);
  CHECK(clock.utc_ns() > 1'600'000'000 * kSecond);
}

TEST_CASE("A day that its month has not, and a year whose nanoseconds do not fit, are refused") {
  for (const char* text : {"2026-02-30T12:00:00Z", "2025-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
                           "9999-12-31T00:00:00Z", "1600-01-01T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
  }
  CHECK(parse_rfc3339("2024-02-29T00:00:00Z").has_value());
}

TEST_CASE("A duration is never written as sixty of the smaller part") {
  CHECK(format_duration(59'900 * kMillisecond) == "59.9 s");
  CHECK(format_duration(59'970 * kMillisecond) == "1m 00s");
}
