// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames_workload.hpp"

#include <algorithm>
#include <functional>

#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

const SystemClock kClock;

FramesOptions light() {
  FramesOptions out;
  out.streams = 3;
  out.fps = 50;
  out.size = 32;
  out.check_every = 5;
  return out;
}

struct Seen {
  std::map<std::string, double> work, gauges;
  Nanos busy = 0;
  int cycles = 0;
  std::vector<Verification> checks;
  std::vector<nlohmann::json> notes;
};

Seen run_for(Workload& workload, Nanos length, const std::function<bool(const Seen&)>& enough) {
  Seen seen;
  const Nanos until = kClock.boot_ns() + length;
  while (kClock.boot_ns() < until && !enough(seen)) {
    const Slice slice = workload.run_slice();
    for (const Done& done : slice.done) {
      seen.work[std::string(done.kind)] += done.amount;
      seen.busy += done.busy;
    }
    for (const Gauge& gauge : slice.gauges) seen.gauges[std::string(gauge.name)] = gauge.value;
    seen.cycles += slice.cycle_ended ? 1 : 0;
    for (auto& check : workload.verify()) seen.checks.push_back(check);
    for (const auto& note : workload.take_notes())
      seen.notes.push_back(nlohmann::json::parse(note));
  }
  return seen;
}

std::unique_ptr<Workload> made(const FramesOptions& options) {
  auto out = make_frames(options, kClock);
  if (!out) FAIL(out.error().message());
  REQUIRE((*out)->prepare().has_value());
  return std::move(*out);
}

}  // namespace

TEST_CASE("frames: streams go on at their rate, are checked and measured") {
  const auto workload = made(light());
  const Seen seen = run_for(*workload, 30 * kSecond, [](const Seen& s) {
    return s.work.count("frames") > 0 && s.work.at("frames") >= 200 && !s.gauges.empty();
  });
  CHECK(seen.work.at("frames") >= 200);
  CHECK(seen.work.count("missed") == 1);
  CHECK(seen.busy > 0);
  CHECK(seen.cycles > 3);
  CHECK_FALSE(seen.checks.empty());
  for (const Verification& check : seen.checks) CHECK(check.ok);
  for (const char* name : {"jitter_p99_ms", "latency_p50_ms", "latency_p99_ms", "missed_percent_1",
                           "missed_percent_3"}) {
    CHECK(seen.gauges.count(name) == 1);
  }
}

TEST_CASE("frames: a stream that stands still starves, and is named") {
  FramesOptions options = light();
  options.stall = {"2@200ms"};
  const auto workload = made(options);
  const Seen seen = run_for(*workload, 60 * kSecond, [](const Seen& s) {
    return std::ranges::any_of(s.notes, [](const auto& n) { return n.contains("starvation"); });
  });
  REQUIRE_FALSE(seen.notes.empty());
  const auto& body = seen.notes.back().at("starvation");
  CHECK(body.at("stream") == "stream 2");
  CHECK(body.at("evidence").size() == 2);
  CHECK(seen.work.at("missed") > 0);
}

TEST_CASE("frames: where all stand still it is a deadlock") {
  FramesOptions options = light();
  options.stall = {"all@200ms"};
  const auto workload = made(options);
  const Seen seen = run_for(*workload, 60 * kSecond, [](const Seen& s) {
    return std::ranges::any_of(s.notes, [](const auto& n) { return n.contains("deadlock"); });
  });
  REQUIRE_FALSE(seen.notes.empty());
  CHECK(seen.notes.back().at("deadlock").at("stream").is_null());
}

TEST_CASE("frames: a wrong bit is seen in the stream's output") {
  for (const Corruption size : {Corruption::large, Corruption::small}) {
    const auto workload = made(light());
    CHECK(workload->corrupt(size));
    const Seen seen = run_for(*workload, 60 * kSecond, [](const Seen& s) {
      return std::ranges::any_of(s.checks, [](const Verification& c) { return !c.ok; });
    });
    CHECK(std::ranges::any_of(seen.checks, [](const Verification& c) { return !c.ok; }));
  }
}

TEST_CASE("frames: a rest stops every stream") {
  const auto workload = made(light());
  run_for(*workload, 30 * kSecond, [](const Seen& s) { return s.cycles > 2; });
  workload->rest();
  static_cast<void>(workload->run_slice());  // wakes them; what came in the rest is little
  const Seen seen = run_for(*workload, 30 * kSecond, [](const Seen& s) { return s.cycles > 2; });
  CHECK(seen.work.at("frames") > 0);
}

TEST_CASE("frames: options that cannot be are refused") {
  const auto refused = [](auto change) {
    FramesOptions options = light();
    change(options);
    const auto made = make_frames(options, kClock);
    return !made.has_value() && made.error().code == Errc::invalid;
  };
  CHECK(refused([](FramesOptions& o) { o.streams = 0; }));
  CHECK(refused([](FramesOptions& o) { o.streams = 25; }));
  CHECK(refused([](FramesOptions& o) { o.fps = 0; }));
  CHECK(refused([](FramesOptions& o) { o.size = 8; }));
  CHECK(refused([](FramesOptions& o) { o.precision = "fp8"; }));
  CHECK(refused([](FramesOptions& o) { o.nice = {0, 0, 0, 0}; }));
  CHECK(refused([](FramesOptions& o) { o.nice = {20}; }));
  CHECK(refused([](FramesOptions& o) { o.stall = {"4@1s"}; }));
  CHECK(refused([](FramesOptions& o) { o.stall = {"1"}; }));
  CHECK(refused([](FramesOptions& o) { o.stall = {"x@1s"}; }));
}
