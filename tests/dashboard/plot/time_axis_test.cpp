// SPDX-License-Identifier: Apache-2.0
#include "dashboard/plot/time_axis.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {
const report::RunClock kClock(1'772'366'400 * kSecond);  // 2026-03-01T12:00:00Z
std::vector<std::string> labels(TimeRange range, int most, TimeFormat format) {
  std::vector<std::string> out;
  for (const TimeTick& tick : time_ticks(range, most, format, kClock)) out.push_back(tick.label);
  return out;
}
}  // namespace

TEST_CASE("Ticks stand at round times, as many as fit, at every zoom") {
  CHECK(labels({0, 10 * kHour}, 6, TimeFormat::elapsed) ==
        std::vector<std::string>{"0:00 h", "2:00 h", "4:00 h", "6:00 h", "8:00 h", "10:00 h"});
  CHECK(labels({90 * kSecond, 100 * kSecond}, 6, TimeFormat::elapsed).front() == "0:01:30");
  CHECK(labels({0, 3 * kMillisecond}, 4, TimeFormat::elapsed)[1] == "0:00:00.001");
  CHECK(labels({0, 30 * kHour}, 4, TimeFormat::utc) ==
        std::vector<std::string>{"03-01 12:00", "03-02 00:00", "03-02 12:00"});
  for (Nanos length = 100 * kMicrosecond; length < 400 * 24 * kHour; length = length * 17 / 5) {
    const auto ticks = time_ticks({12345, 12345 + length}, 8, TimeFormat::elapsed, kClock);
    CHECK(ticks.size() >= 2);
    CHECK(ticks.size() <= 9);
  }
}

TEST_CASE("Times are told as exactly as the zoom needs them") {
  CHECK(time_text(3'723'250 * kMillisecond, 10 * kMillisecond, TimeFormat::elapsed, kClock) ==
        "1:02:03.25");
  CHECK(time_text(26 * kHour, kMinute, TimeFormat::elapsed, kClock) == "1d 2:00");
  CHECK(time_text(-1500 * kMillisecond, 100 * kMillisecond, TimeFormat::elapsed, kClock) ==
        "-0:00:01.5");
  CHECK(time_text(3 * kSecond, kSecond, TimeFormat::utc, kClock) == "03-01 12:00:03");
  CHECK(length_text(-90 * kMinute) == "-1h 30m");
}

TEST_CASE("Pixels and times map onto each other, also far away") {
  const TimeScale scale({0, kSecond}, 100, 300);
  CHECK(scale.x(kSecond / 2) == 200);
  CHECK(scale.t(200) == kSecond / 2);
  CHECK(scale.x(INT64_MAX) == 1e6f);
  CHECK(scale.x(INT64_MIN) == -1e6f);
}

TEST_CASE("Zoom keeps what is under the pointer, and every range stays drawable") {
  const TimeRange range{0, 100 * kSecond};
  const TimeRange in = zoomed(range, 25 * kSecond, 0.5);
  CHECK(in.length() == 50 * kSecond);
  CHECK(TimeScale(in, 0, 100).x(25 * kSecond) == Approx(25));
  CHECK(zoomed(range, 0, 1e-30).length() == kShortestRange);
  CHECK(zoomed(range, 0, 1e30).length() <= 2 * kLongestRange);
  CHECK(zoomed(range, 0, 0) == range);
  CHECK(moved(range, 0.5) == TimeRange{50 * kSecond, 150 * kSecond});
  CHECK(sane({5, 5}).length() == kShortestRange);
  CHECK(sane({INT64_MAX, INT64_MIN}).from == -kLongestRange);
}

TEST_CASE("Ranges are read as people write them") {
  const TimeRange whole{0, 10 * kHour};
  CHECK(*parse_range("1h..2h", whole) == TimeRange{kHour, 2 * kHour});
  CHECK(*parse_range("30min..", whole) == TimeRange{30 * kMinute, 10 * kHour});
  CHECK(*parse_range("..45s", whole) == TimeRange{0, 45 * kSecond});
  CHECK(*parse_range("0..1h", whole) == TimeRange{0, kHour});
  CHECK(*parse_range("last 10min", whole) == TimeRange{10 * kHour - 10 * kMinute, 10 * kHour});
  for (const char* bad : {"", "1h", "2h..1h", "1x..2h", "last", "last 0s", "1h...2h"}) {
    INFO(bad);
    CHECK(parse_range(bad, whole).has_error());
  }
}

TEST_CASE("Time formats have names") {
  for (const auto f : {TimeFormat::elapsed, TimeFormat::utc, TimeFormat::local})
    CHECK(parse_time_format(to_string(f)) == f);
  CHECK_FALSE(parse_time_format("stardate"));
}
