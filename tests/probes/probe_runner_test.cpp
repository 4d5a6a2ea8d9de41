// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_runner.hpp"

#include <algorithm>
#include <string>

#include "tests/probes/fake_probe.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

constexpr Nanos kPeriod = 100 * kMillisecond;

struct Recorder final : RowSink {
  struct Seen {
    std::uint32_t source;
    Nanos scheduled, taken;
    std::vector<double> values;
    std::vector<State> states;
  };
  std::vector<Seen> rows;
  std::vector<Event> events;
  void row(std::uint32_t source, Nanos scheduled, Nanos taken, std::span<const double> values,
           std::span<const State> states) override {
    rows.push_back(
        {source, scheduled, taken, {values.begin(), values.end()}, {states.begin(), states.end()}});
  }
  void event(const Event& event) override { events.push_back(event); }
  [[nodiscard]] int rows_of(std::uint32_t source) const {
    int n = 0;
    for (const Seen& seen : rows) n += seen.source == source;
    return n;
  }
  [[nodiscard]] const Seen& last_of(std::uint32_t source) const {
    const auto found = std::find_if(rows.rbegin(), rows.rend(),
                                    [&](const Seen& seen) { return seen.source == source; });
    REQUIRE(found != rows.rend());
    return *found;
  }
  [[nodiscard]] int events_of(std::string_view kind) const {
    int n = 0;
    for (const Event& event : events) n += event.kind == kind;
    return n;
  }
};

struct Bench {
  FakeClock clock{1000 * kSecond};
  FakeProbe* fast = nullptr;
  FakeProbe* slow = nullptr;
  std::unique_ptr<ProbeRunner> runner;
  Recorder seen;

  Bench() {
    std::vector<std::unique_ptr<Probe>> probes;
    probes.push_back(std::make_unique<FakeProbe>("fast", "f.x"));
    fast = static_cast<FakeProbe*>(probes.back().get());
    probes.push_back(std::make_unique<FakeProbe>("slow", "s.x", Period::second));
    slow = static_cast<FakeProbe*>(probes.back().get());
    runner = std::make_unique<ProbeRunner>(std::move(probes), clock, kPeriod);
  }
  void run_for(Nanos time) {
    const Nanos end = clock.boot_ns() + time;
    while (runner->next_due() < end) {
      clock.set(std::max(clock.boot_ns(), runner->next_due()));
      runner->run_due(seen);
    }
    clock.set(end);
  }
};

}  // namespace

TEST_CASE("each probe is read on its own grid") {
  Bench bench;
  bench.run_for(2 * kSecond);
  CHECK(bench.seen.rows_of(0) == 20);
  CHECK(bench.seen.rows_of(1) == 2);
  CHECK(bench.seen.rows_of(2) == 2);  // health
  for (const auto& row : bench.seen.rows) CHECK((row.scheduled - 1000 * kSecond) % kPeriod == 0);
  CHECK(bench.runner->overruns() == 0);
  CHECK(bench.runner->sources()[1].period == kSecond);
  CHECK(bench.runner->sources()[2].name == "probes");
}

TEST_CASE("missed grid points are skipped and counted, and the grid stays") {
  Bench bench;
  bench.runner->run_due(bench.seen);
  bench.clock.set(1000 * kSecond + 350 * kMillisecond);  // 100 and 200 ms are gone, 300 is due
  bench.runner->run_due(bench.seen);
  CHECK(bench.runner->overruns() == 2);
  CHECK(bench.seen.rows.back().scheduled == 1000 * kSecond + 300 * kMillisecond);
  CHECK(bench.seen.rows.back().taken == 1000 * kSecond + 350 * kMillisecond);
  CHECK(bench.runner->next_due() == 1000 * kSecond + 400 * kMillisecond);
  REQUIRE(bench.seen.events_of(event_kind::kProbeOverrun) == 1);
  CHECK(bench.seen.events.back().body == R"({"missed":2,"probe":"fast"})");
}

TEST_CASE("five failures in a row back a probe off, one success brings it back to its grid") {
  Bench bench;
  bench.fast->state = State::error;
  bench.run_for(500 * kMillisecond);
  CHECK(bench.fast->samples == 5);
  bench.run_for(10 * kSecond);
  // 2, 4 and then 8 s apart: two more readings in ten seconds.
  CHECK(bench.fast->samples == 7);
  const auto& health = bench.seen.last_of(2);
  CHECK(health.values[1] == 7);    // failures
  CHECK(health.values[2] == 2);    // backed off
  CHECK(health.values[3] == 8.0);  // period now
  bench.fast->state = State::good;
  bench.run_for(10 * kSecond);
  CHECK(bench.fast->samples > 20);
  CHECK(bench.seen.last_of(2).values[2] == 0);
  for (const auto& row : bench.seen.rows) CHECK((row.scheduled - 1000 * kSecond) % kPeriod == 0);
}

TEST_CASE("an absent channel is no failure") {
  Bench bench;
  bench.fast->state = State::no_data;
  bench.run_for(2 * kSecond);
  CHECK(bench.fast->samples == 20);
  CHECK(bench.seen.rows_of(2) == 2);
}

TEST_CASE("a probe without a source is read every ten seconds and has no health") {
  FakeClock clock;
  std::vector<std::unique_ptr<Probe>> probes;
  auto probe = std::make_unique<FakeProbe>("none", "n.x");
  probe->is_present = false;
  probes.push_back(std::move(probe));
  const ProbeRunner runner(std::move(probes), clock, kPeriod);
  CHECK(runner.sources()[0].period == 10 * kSecond);
  CHECK(runner.sources()[1].channels.empty());
}

TEST_CASE("changes of state are told once each, the first row's absence is not") {
  Bench bench;
  bench.fast->state = State::no_data;
  bench.run_for(kSecond);
  CHECK(bench.seen.events.empty());
  bench.fast->state = State::good;
  bench.run_for(kSecond);
  CHECK(bench.seen.events.empty());
  bench.fast->state = State::no_data;
  bench.run_for(kSecond);
  REQUIRE(bench.seen.events.size() == 1);
  CHECK(bench.seen.events[0].kind == event_kind::kChannelState);
  CHECK(bench.seen.events[0].body ==
        R"({"channel":"f.x","reason":"/fake is gone or not readable","state":"no_data"})");
  bench.fast->state = State::good;
  bench.run_for(kSecond);
  REQUIRE(bench.seen.events.size() == 2);
  CHECK(bench.seen.events[1].body == R"({"channel":"f.x","state":"good"})");
}

TEST_CASE("a sensor that flaps cannot flood the events") {
  Bench bench;
  for (int i = 0; i < 2000; ++i) {
    bench.fast->state = i % 2 == 0 ? State::good : State::no_data;
    bench.run_for(kPeriod);
  }
  CHECK(bench.seen.events.size() <= 32 + 200);
  CHECK(bench.seen.events.size() > 32);
}

TEST_CASE("cost is measured") {
  Bench bench;
  bench.clock.step_per_look(10 * kMicrosecond);
  bench.runner->run_all(bench.seen);
  const auto& health = bench.seen.rows.back();
  REQUIRE(health.source == 2);
  CHECK(health.values[0] == Approx(10e-6));
  CHECK(bench.runner->sources()[2].channels[0].name == "probe.fast.duration");
}

TEST_CASE("a probe's own events go to the sink once") {
  Bench bench;
  bench.fast->events.push_back({5, "", "kernel.log", Severity::info, "{}"});
  bench.run_for(kSecond);
  CHECK(bench.seen.events_of("kernel.log") == 1);
}
