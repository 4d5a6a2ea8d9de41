// SPDX-License-Identifier: Apache-2.0
#include "workloads/shell/engine.hpp"

#include <string>
#include <vector>

#include "rig/base/line_buffer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

// Three slices of 10 ms make a cycle of 3 units.
class CountingWorkload final : public Workload {
 public:
  explicit CountingWorkload(FakeClock& clock) : clock_(clock) {}
  Result<std::map<std::string, std::string>> prepare() override {
    if (fails) return Error{Errc::full, "no memory", "buy some"};
    return std::map<std::string, std::string>{{"workload", "counting"}};
  }
  Slice run_slice() override {
    clock_.advance(10 * kMillisecond);
    Slice slice;
    slice.done.push_back({"units", 1, 10 * kMillisecond});
    if (two_at_once) slice.done.push_back({"others", 2, 10 * kMillisecond});
    slice.side_by_side = two_at_once;
    slice.cycle_ended = ++slices % 3 == 0;
    if (slice.cycle_ended) slice.gauges.push_back({"lap_ms", 30});
    return slice;
  }
  std::vector<Verification> verify() override {
    if (slices == 0 || slices % 3 != 0) return {};
    return {{!corrupted, "good", corrupted ? "bad" : "good"}};
  }
  std::vector<std::string> take_notes() override { return std::exchange(notes, {}); }
  bool corrupt(Corruption) override { return corrupted = true; }

  int slices = 0;
  bool corrupted = false;
  bool fails = false;
  bool two_at_once = false;
  std::vector<std::string> notes;

 private:
  FakeClock& clock_;
};

class MemoryOutput final : public Output {
 public:
  explicit MemoryOutput(FakeClock& clock) : clock_(clock) {}
  bool write(std::string_view bytes) override {
    text += bytes;
    return open;
  }
  bool idle(Nanos length) override {
    clock_.advance(length);
    idled += length;
    return open;
  }
  std::vector<work::Message> messages() const {
    LineBuffer buffer(work::kMaxLine);
    buffer.append(text);
    std::vector<work::Message> out;
    while (const auto line = buffer.next()) {
      const auto parsed = work::parse_line(*line);
      if (parsed) out.push_back(*parsed);
    }
    return out;
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& message : messages()) {
      if (const T* found = std::get_if<T>(&message)) out.push_back(*found);
    }
    return out;
  }

  std::string text;
  bool open = true;
  Nanos idled = 0;

 private:
  FakeClock& clock_;
};

struct Bench {
  FakeClock clock;
  CountingWorkload workload{clock};
  MemoryOutput output{clock};
  int stop_after = 1000000;  // slices

  Result<int> run(EngineOptions options = {}) {
    Engine engine(workload, output, clock, std::move(options),
                  [this] { return workload.slices >= stop_after; });
    return engine.run();
  }
};

}  // namespace

TEST_CASE("engine: ready first, exact totals at each cycle's end, gauges, confirmation") {
  Bench bench;
  bench.workload.notes = {R"({"hello":1})"};
  EngineOptions options;
  options.cycles = 4;
  options.instance = 2;
  const auto code = bench.run(options);
  REQUIRE(code);
  CHECK(*code == 0);
  const auto messages = bench.output.messages();
  REQUIRE(std::holds_alternative<work::Ready>(messages.front()));
  CHECK(std::get<work::Ready>(messages.front()).instance == 2);
  CHECK(std::get<work::Ready>(messages.front()).facts.at("workload") == "counting");
  const auto totals = bench.output.all<work::Totals>();
  REQUIRE(totals.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(totals[i].cycle == i + 1);
    CHECK(totals[i].work.at("units") == 3.0 * static_cast<double>(i + 1));
    CHECK(totals[i].busy_s == Approx(0.03 * static_cast<double>(i + 1)));
    CHECK(totals[i].busy.at("units") == Approx(totals[i].busy_s));
  }
  CHECK(bench.output.all<work::Gauges>().at(0).values.at("lap_ms") == 30);
  CHECK(bench.output.all<work::Note>().at(0).json == R"({"hello":1})");
  REQUIRE(bench.output.all<work::Check>().size() == 1);  // at most once a second
  CHECK(bench.output.all<work::Check>().at(0).ok);
}

TEST_CASE("engine: totals come between cycles too, about every 150 ms") {
  Bench bench;
  bench.stop_after = 100;  // a second
  EngineOptions options;
  options.report_every = 20 * kMillisecond;
  REQUIRE(bench.run(options));
  const auto totals = bench.output.all<work::Totals>();
  CHECK(totals.size() > 60);
  CHECK(totals.back().work.at("units") == 100);  // the last word is exact
}

TEST_CASE("engine: kinds of work that are done side by side share their busy time") {
  Bench bench;
  bench.workload.two_at_once = true;
  bench.stop_after = 30;
  REQUIRE(bench.run());
  const work::Totals last = bench.output.all<work::Totals>().back();
  CHECK(last.busy_s == Approx(0.3));
  CHECK(last.busy.at("units") == Approx(0.3));
  CHECK(last.busy.at("others") == Approx(0.3));
}

TEST_CASE("engine: a load shape idles outside of its bursts, and none of that is busy time") {
  const auto idled = [](const char* shape, int slices) {
    Bench bench;
    bench.stop_after = slices;
    EngineOptions options;
    options.load = LoadShape::parse(shape).value();
    REQUIRE(bench.run(options));
    CHECK(bench.output.all<work::Totals>().back().busy_s == Approx(slices * 0.01));
    return to_seconds(bench.output.idled);
  };
  CHECK(idled("constant", 250) == 0);
  CHECK(idled("burst:1s:3s", 250) == Approx(6).margin(0.2));     // two of the gaps
  CHECK(idled("square:1s:30%", 95) == Approx(2.1).margin(0.2));  // three
  CHECK(idled("ramp:10s", 495) == Approx(5).margin(0.4));        // half of a whole ramp
}

TEST_CASE("engine: nobody who reads ends a load shape's idle time too") {
  Bench bench;
  bench.output.open = false;
  EngineOptions options;
  options.load = LoadShape::parse("burst:1s:3s").value();
  CHECK(bench.run(options).value() == 0);
}

TEST_CASE("engine: pauses are idle, not busy") {
  Bench bench;
  EngineOptions options;
  options.cycles = 3;
  options.pause = 5 * kSecond;
  REQUIRE(bench.run(options));
  CHECK(bench.output.idled == 10 * kSecond);
  CHECK(bench.output.all<work::Totals>().back().busy_s == Approx(0.09));
}

TEST_CASE("engine: a stop ends within a slice, a reader that left at once, both in order") {
  Bench bench;
  bench.stop_after = 2;
  CHECK(*bench.run() == 0);
  CHECK(bench.workload.slices == 2);
  CHECK(bench.output.all<work::Totals>().back().work.at("units") == 2);
  Bench left;
  left.output.open = false;
  CHECK(*left.run() == 0);
  CHECK(left.workload.slices == 0);
}

TEST_CASE("engine: an error of preparing is handed on, nothing is said") {
  Bench bench;
  bench.workload.fails = true;
  const auto code = bench.run();
  REQUIRE_FALSE(code);
  CHECK(code.error().what == "no memory");
  CHECK(bench.output.text.empty());
}

TEST_CASE("engine: an injected error is seen as failing checks") {
  Bench bench;
  bench.stop_after = 30;
  EngineOptions options;
  options.injections = {*parse_injection("error@100ms")};
  REQUIRE(bench.run(options));
  const auto checks = bench.output.all<work::Check>();
  REQUIRE(checks.size() > 2);
  CHECK(checks.front().ok);
  CHECK_FALSE(checks.back().ok);
  CHECK(checks.back().expected == "good");
  CHECK(checks.back().got == "bad");
}

TEST_CASE("engine: injected exit, silence, garbage and an endless line, in their order") {
  Bench bench;
  EngineOptions options;
  options.injections = {*parse_injection("exit:9@200ms"), *parse_injection("silent@100ms")};
  const auto code = bench.run(options);
  CHECK(*code == 9);
  CHECK(bench.output.all<work::Totals>().back().work.at("units") <= 12);
  for (const char* kind : {"garbage@50ms", "endless-line@50ms"}) {
    Bench noisy;
    noisy.stop_after = 100;
    EngineOptions trouble;
    trouble.injections = {*parse_injection(kind)};
    REQUIRE(noisy.run(trouble));
    CHECK(noisy.output.all<work::Totals>().size() <= 2);
    CHECK(noisy.output.text.size() > 500);
  }
}
