// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/latency_track.hpp"

#include "dashboard/plot/curve.hpp"
#include "tests/support/dashboard_run.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

const auto kNever = [] { return false; };

// Nine requests of a bucket and one of a much slower one, in the 5 s before `t`.
Event histogram(double t, const char* workload = "chat") {
  return test::make_event(
      t, "pi", event_kind::kWorkNote,
      (std::string(R"({"workload":")") + workload +
       R"(","hist":{"window_s":5.0,"series":{"latency":{"least":1e-6,"ratio":1.1,"count":10,"max":9,)"
       R"("buckets":[[140,9],[160,1]]}}}})")
          );
}

}  // namespace

TEST_CASE("p50 and p99 of each histogram stand over its own window, gaps between them") {
  LatencyTrack track("pi", "chat");
  track.add(histogram(105));
  track.add(histogram(125));
  track.add(histogram(110, "other"));
  const auto p50 = track.view("latency", 0.5, 0, 200 * kSecond, 200);
  const auto p99 = track.view("latency", 0.99, 0, 200 * kSecond, 200);
  const auto range = extremes(std::span(&p50, 1)), tail = extremes(std::span(&p99, 1));
  REQUIRE(range);
  REQUIRE(tail);
  CHECK(range->hi == Approx(1e-6 * std::pow(1.1, 140.5)).epsilon(1e-5));
  CHECK(tail->hi == Approx(1e-6 * std::pow(1.1, 160.5)).epsilon(1e-5));
  CHECK(value_at(p50, 102 * kSecond));
  CHECK_FALSE(value_at(p50, 115 * kSecond));
  CHECK(track.view("ttft", 0.5, 0, 200 * kSecond, 200).bins.front().flags == store::kBinGap);
}

TEST_CASE("A latency of a stored run is read page by page, once, in whatever order it came") {
  auto view = test::watched_run();
  view.events.push_back(histogram(300));
  view.events.push_back(histogram(200));
  view.events.push_back(test::make_event(250, "pi", event_kind::kWorkNote, R"({"hist":7})"));
  const test::WatchedRun stored(view, false);
  const auto reader = store::Reader::open(stored.path);
  REQUIRE(reader);
  LatencyTrack track("pi", "chat");
  REQUIRE(track.extend(*reader, kNever));
  REQUIRE(*track.extend(*reader, kNever));
  std::uint64_t windows = 0;
  for (const auto& bin : track.view("latency", 0.5, 0, 900 * kSecond, 900).bins)
    windows += bin.rows;
  CHECK(windows >= 10);
  CHECK(windows <= 12);  // two of 5 s, in columns of 1 s
}
