// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/garbage_meter.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;

TEST_CASE("an excerpt is printable and bounded") {
  CHECK(printable_excerpt("plain", 10) == "plain");
  CHECK(printable_excerpt("a\tb\xff\n", 10) == "a\\x09b\\xff\\x0a");
  CHECK(printable_excerpt("0123456789abc", 10) == "0123456789…");
}

TEST_CASE("a burst makes one report, when it is over") {
  GarbageMeter meter;
  CHECK_FALSE(meter.due());
  meter.add("first", "not JSON", 0);
  for (int i = 1; i <= 100; ++i) meter.add("more", "not JSON", i * 10 * kMillisecond);
  CHECK_FALSE(meter.take(2 * kSecond));
  CHECK(meter.due() == 3 * kSecond);
  const auto report = meter.take(3 * kSecond);
  REQUIRE(report);
  CHECK(report->lines == 101);
  CHECK(report->bytes == 405);
  CHECK(report->example == "first");
  CHECK(report->reason == "not JSON");
  CHECK_FALSE(meter.take(100 * kSecond));
}

TEST_CASE("garbage that never pauses is reported once in ten seconds") {
  GarbageMeter meter;
  int reports = 0;
  std::uint64_t lines = 0;
  for (Nanos now = 0; now <= 60 * kSecond; now += 100 * kMillisecond) {
    meter.add("x", "r", now);
    if (const auto report = meter.take(now)) {
      ++reports;
      lines += report->lines;
    }
  }
  CHECK(reports == 5);  // at 10, 20.1, 30.2 … : a burst begins with its first line
  CHECK(lines == 505);
}

TEST_CASE("what is pending can be taken at the end of a process") {
  GarbageMeter meter;
  CHECK_FALSE(meter.take(0, true));
  meter.add("x", "r", 0);
  REQUIRE(meter.take(1, true));
  // The next burst waits for its turn.
  meter.add("y", "r", 2);
  CHECK(meter.due() == 1 + GarbageMeter::kInterval);
}
