// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/statistics.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

const auto kNever = [] { return false; };

// One row a second over a day: value(second), or none.
RowSource rows_of(const std::function<std::optional<double>(std::int64_t)>& value) {
  return [value](Nanos from, Nanos to) -> Result<store::Series> {
    store::Series out;
    for (std::int64_t s = (from + kSecond - 1) / kSecond; s * kSecond <= to; ++s) {
      const auto v = value(s);
      out.t.push_back(s * kSecond);
      out.v.push_back(v.value_or(0));
      out.state.push_back(v ? State::good : State::no_data);
    }
    return out;
  };
}

RangeStatistics day(const std::function<std::optional<double>(std::int64_t)>& value, double lo,
                    double hi) {
  return range_statistics(rows_of(value), {0, 24 * kHour}, 2500 * kMillisecond, lo, hi, kNever);
}

}  // namespace

TEST_CASE("A straight line has the slope, mean and percentiles that it has") {
  const auto s = day([](std::int64_t t) { return static_cast<double>(t); }, 0, 86399);
  CHECK(s.n == 86400);
  CHECK(s.min == 0);
  CHECK(s.max == 86399);
  CHECK(s.mean == Approx(43199.5));
  CHECK(*s.deviation == Approx(24941.5).epsilon(1e-5));
  CHECK(*s.slope_per_hour == Approx(3600));
  CHECK(*s.p50 == Approx(43199.5));
  CHECK(*s.p99 == Approx(85535.0).epsilon(1e-4));
  CHECK(s.percentile_error == 0);
  CHECK(s.coverage == Approx(1));
  CHECK(*s.integral == Approx(43199.5 * 86400));
}

TEST_CASE("Power over a day is energy, and missing hours are missing from it, not zero") {
  RangeStatistics s =
      day([](std::int64_t t) { return t < 43200 ? std::optional(5.0) : std::nullopt; }, 5, 5);
  CHECK(s.coverage == Approx(0.5));
  CHECK(*s.integral == Approx(5 * 43200));
  CHECK(s.mean == 5);
  CHECK(*s.deviation == Approx(0));
  s.unit = "W";
  bool told = false;
  for (const auto& [name, value] : lines_of(s)) told |= name == "energy" && value == "60.00 Wh";
  CHECK(told);
}

TEST_CASE("Beyond a million readings percentiles say how far off they may be") {
  const RowSource dense = [](Nanos from, Nanos to) -> Result<store::Series> {
    store::Series out;
    for (Nanos t = (from + 19'999'999) / 20'000'000 * 20'000'000; t <= to; t += 20 * kMillisecond) {
      out.t.push_back(t);
      out.v.push_back(static_cast<double>(t % kHour) / static_cast<double>(kHour));
      out.state.push_back(State::good);
    }
    return out;
  };
  const auto s = range_statistics(dense, {0, 6 * kHour}, kSecond, 0, 1, kNever);
  CHECK(s.n == 1'080'000);
  CHECK(s.percentile_error == Approx(1.0 / 4096));
  CHECK(std::abs(*s.p95 - 0.95) <= s.percentile_error);
}

TEST_CASE("One reading, none, a cancelled and a failed pass are told as what they are") {
  const auto one =
      day([](std::int64_t t) { return t == 7 ? std::optional(3.0) : std::nullopt; }, 3, 3);
  CHECK(one.n == 1);
  CHECK_FALSE(one.deviation);
  CHECK_FALSE(one.slope_per_hour);
  CHECK(*one.p5 == 3);
  const auto none = day([](std::int64_t) { return std::nullopt; }, 0, 0);
  CHECK(none.n == 0);
  CHECK_FALSE(none.integral);
  CHECK(lines_of(none).size() == 2);
  const auto stopped = range_statistics(rows_of([](std::int64_t) { return 1.0; }), {0, kHour},
                                        kSecond, 1, 1, [] { return true; });
  CHECK(stopped.error->code == Errc::cancelled);
  const auto failed = range_statistics(
      [](Nanos, Nanos) -> Result<store::Series> {
        return Error{Errc::corrupt, "bad"};
      },
      {0, kHour}, kSecond, 0, 0, kNever);
  CHECK(failed.error->code == Errc::corrupt);
  CHECK(lines_of(failed)[1].second == "bad");
}

TEST_CASE("A speed is work by busy time over whole windows; the mean is of all together") {
  std::vector<analysis::Window> windows;
  // 10 and 30 tokens/s, the slow one three times as long at work.
  windows.push_back({{0, 10 * kSecond}, 100, 10, 2});
  windows.push_back({{10 * kSecond, 15 * kSecond}, 90, 3, 2});
  RangeStatistics s = speed_statistics(windows, {0, 20 * kSecond});
  CHECK(s.n == 2);
  CHECK(s.min == 10);
  CHECK(s.max == 30);
  CHECK(s.mean == Approx(190.0 / 13));
  CHECK(*s.integral == 190);
  CHECK(s.coverage == Approx(0.75));
  CHECK(*s.p50 == 20);
  CHECK(s.percentile_error == 0);
  s.label = "speed of chat";
  s.unit = "{token}/s";
  const auto lines = lines_of(s);
  const auto has = [&](const std::string& label, const std::string& value) {
    return std::ranges::find(lines, std::pair{label, value}) != lines.end();
  };
  CHECK(has("windows", "2"));
  CHECK(has("sum", "190.0 tokens"));
  const auto none = lines_of(speed_statistics({}, {0, kSecond}));
  CHECK(none.back().second == "no whole window inside");
}
