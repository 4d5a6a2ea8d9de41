// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/uplink.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "probes/agent/outbox.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/up_link.hpp"

using namespace soakrig;
using namespace soakrig::agent;

namespace {

// An uplink and the controller's end of it.
struct Rig : test::UpLink {
  static constexpr std::size_t kQueue = 400'000;
  FakeClock clock{kSecond};
  Uplink uplink;

  Rig() : UpLink(kQueue), uplink(*outbox, clock) {}
  // Everything said so far, as the controller would parse it.
  std::vector<Up> heard() {
    return hear([&] { outbox->flush(); });
  }
  std::uint32_t announce(const std::string& name, Nanos period, std::size_t columns = 2) {
    SourceInfo info;
    info.name = name;
    info.period = period;
    for (std::size_t i = 0; i < columns; ++i) {
      info.channels.push_back({name + ".c" + std::to_string(i), "1", "here", {}, {}});
    }
    return uplink.announce(std::move(info));
  }
  void row(std::uint32_t source, Nanos at) {
    const std::array<double, 2> values{1.5, 2};
    uplink.row(source, at, at + 1000, values, {});
  }
};

template <class T>
std::vector<T> only(const std::vector<Up>& all) {
  std::vector<T> out;
  for (const auto& message : all) {
    if (const auto* wanted = std::get_if<T>(&message)) out.push_back(*wanted);
  }
  return out;
}

}  // namespace

TEST_CASE("the first row goes out at once, then batches of a second") {
  Rig rig;
  const auto source = rig.announce("fast", 100 * kMillisecond);
  rig.row(source, 1000 * kMillisecond);
  auto batches = only<BatchMessage>(rig.heard());
  REQUIRE(batches.size() == 1);
  CHECK(batches[0].batch.rows() == 1);
  CHECK(batches[0].t0 == kSecond);
  CHECK(batches[0].dt == 100 * kMillisecond);
  CHECK(batches[0].batch.taken[0] == kSecond + 1000);
  for (int i = 1; i <= 10; ++i) {
    CHECK(only<BatchMessage>(rig.heard()).empty());
    rig.row(source, kSecond + i * 100 * kMillisecond);
  }
  batches = only<BatchMessage>(rig.heard());
  REQUIRE(batches.size() == 1);
  CHECK(batches[0].batch.rows() == 10);
  CHECK(batches[0].t0 == 1100 * kMillisecond);
  CHECK(batches[0].batch.value(9, 0) == 1.5);
}

TEST_CASE("a hole in the grid begins a new batch") {
  Rig rig;
  const auto source = rig.announce("fast", 100 * kMillisecond);
  for (const int i : {0, 1, 2, 5, 6}) rig.row(source, i * 100 * kMillisecond);
  rig.uplink.flush_all();
  const auto batches = only<BatchMessage>(rig.heard());
  REQUIRE(batches.size() == 3);
  CHECK(batches[1].batch.rows() == 2);
  CHECK(batches[2].t0 == 500 * kMillisecond);
  CHECK(batches[2].batch.rows() == 2);
}

TEST_CASE("rows of a workload wait for the heartbeat, and go before an event") {
  Rig rig;
  const auto source = rig.announce("work.chat", 0);
  rig.row(source, 1);
  CHECK(only<BatchMessage>(rig.heard()).size() == 1);
  rig.row(source, 2);
  rig.row(source, 3);
  CHECK(only<BatchMessage>(rig.heard()).empty());
  rig.uplink.heartbeat();
  auto batches = only<BatchMessage>(rig.heard());
  REQUIRE(batches.size() == 1);
  CHECK(batches[0].batch.rows() == 2);
  CHECK(batches[0].dt == 0);
  rig.row(source, 4);
  rig.uplink.event(Event{5, {}, "incident", Severity::alarm, "{}"});
  const auto all = rig.heard();
  REQUIRE(all.size() == 2);
  CHECK(std::holds_alternative<BatchMessage>(all[0]));
  CHECK(std::get<EventMessage>(all[1]).event.severity == Severity::alarm);
}

TEST_CASE("one sequence numbers batches and events, from 1 without gaps") {
  Rig rig;
  Hello hello;
  hello.stream = "s";
  rig.uplink.hello(hello);
  const auto a = rig.announce("a", kSecond), b = rig.announce("b", 0);
  for (int i = 0; i < 5; ++i) {
    rig.row(a, i * kSecond);
    rig.row(b, i * kSecond);
    rig.uplink.event(Event{i, {}, "work.note", Severity::info, "{}"});
    rig.uplink.pong(7);
  }
  std::uint64_t seq = 0;
  for (const auto& message : rig.heard()) {
    if (const auto* batch = std::get_if<BatchMessage>(&message)) CHECK(batch->seq == ++seq);
    if (const auto* event = std::get_if<EventMessage>(&message)) CHECK(event->seq == ++seq);
  }
  CHECK(seq == 15);
}

TEST_CASE("a pong says the time of the answer and overtakes what waits") {
  Rig rig;
  for (int i = 0; i < 40; ++i) {
    rig.uplink.event(
        Event{0, {}, "work.note", Severity::info, "{\"text\":\"" + std::string(4000, 'x') + "\"}"});
  }
  rig.outbox->flush();
  rig.clock.advance(5);
  rig.uplink.pong(42);
  const auto all = rig.heard();
  CHECK(only<EventMessage>(all).size() == 40);
  REQUIRE(only<Pong>(all).size() == 1);
  CHECK(only<Pong>(all)[0].n == 42);
  CHECK(only<Pong>(all)[0].agent_ns == kSecond + 5);
  CHECK_FALSE(std::holds_alternative<Pong>(all.back()));
}

TEST_CASE("a controller that does not read: fast rows go first, events stay, losses are told") {
  Rig rig;
  const auto fast = rig.announce("fast", 100 * kMillisecond, 2);
  const auto slow = rig.announce("slow", kSecond, 2);
  Nanos now = 0;
  int events = 0;
  std::uint64_t fast_rows = 0, slow_rows = 0;
  // Until even the slow source is shed.
  while (rig.outbox->bytes() < rig.outbox->capacity() / 4 * 3) {
    for (int i = 0; i < 10; ++i, ++fast_rows) rig.row(fast, now + i * 100 * kMillisecond);
    rig.row(slow, now);
    ++slow_rows;
    now += kSecond;
    rig.clock.set(now);
    rig.uplink.event(
        Event{now, {}, "work.note", Severity::info, "{\"n\":" + std::to_string(events++) + "}"});
    rig.uplink.heartbeat();
  }
  for (int i = 0; i < 10; ++i, now += kSecond, ++slow_rows) rig.row(slow, now);
  rig.uplink.event(Event{now, {}, "incident", Severity::alarm, "{}"});
  ++events;
  // The controller comes back: everything numbered arrives, and the rest is accounted for.
  auto all = rig.heard();
  rig.uplink.heartbeat();
  for (auto& message : rig.heard()) all.push_back(std::move(message));
  std::uint64_t seq = 0, got_fast = 0, got_slow = 0, got_events = 0;
  std::vector<nlohmann::json> gaps;
  for (const auto& message : all) {
    if (const auto* batch = std::get_if<BatchMessage>(&message)) {
      CHECK(batch->seq == ++seq);
      (batch->batch.source == fast ? got_fast : got_slow) += batch->batch.rows();
    } else if (const auto* event = std::get_if<EventMessage>(&message)) {
      CHECK(event->seq == ++seq);
      if (event->event.kind == "gap") {
        gaps.push_back(parse_json(event->event.body).value());
      } else {
        ++got_events;
      }
    }
  }
  CHECK(got_events == static_cast<std::uint64_t>(events));
  REQUIRE(gaps.size() == 2);
  CHECK(gaps[0]["source"] == "fast");
  CHECK(gaps[1]["source"] == "slow");
  CHECK(got_slow + gaps[1]["rows"].get<std::uint64_t>() == slow_rows);
  CHECK(got_slow > 100);  // slow rows went on long after fast ones were shed
  const auto kept_back = fast_rows - got_fast - gaps[0]["rows"].get<std::uint64_t>();
  CHECK(kept_back < 10);  // an unfinished batch
  // Then sampling goes on.
  rig.row(slow, now + kSecond);
  CHECK(only<BatchMessage>(rig.heard()).size() == 1);
}

TEST_CASE("events that found no room are counted") {
  Rig rig;
  const std::string body = "{\"text\":\"" + std::string(4000, 'x') + "\"}";
  int said = 0;
  while (rig.outbox->bytes() + 5000 < rig.outbox->capacity()) {
    rig.uplink.event(Event{0, {}, "work.note", Severity::info, body});
    ++said;
  }
  for (int i = 0; i < 9; ++i) rig.uplink.event(Event{0, {}, "work.note", Severity::info, body});
  auto all = only<EventMessage>(rig.heard());
  const auto arrived = static_cast<int>(all.size());
  rig.uplink.heartbeat();
  all = only<EventMessage>(rig.heard());
  REQUIRE(all.size() == 1);
  CHECK(all[0].event.kind == "rig.fault");
  CHECK(all[0].event.body.find(std::to_string(said + 9 - arrived) + " event(s) were lost") !=
        std::string::npos);
}

TEST_CASE("an announcement that found no room goes before the first row") {
  Rig rig;
  const std::string body = "{\"text\":\"" + std::string(4000, 'x') + "\"}";
  for (int i = 0; i < 200; ++i) rig.uplink.event(Event{0, {}, "work.note", Severity::info, body});
  for (int i = 0; i < 50; ++i) rig.uplink.event(Event{0, {}, "work.note", Severity::info, "{}"});
  const auto source = rig.announce("late", 0, 2);
  static_cast<void>(rig.heard());
  rig.row(source, 5);
  const auto all = rig.heard();
  REQUIRE(all.size() == 2);
  CHECK(std::get<Announce>(all[0]).info.name == "late");
  CHECK(std::get<BatchMessage>(all[1]).batch.source == source);
}

TEST_CASE("states travel, and a value that is not good is null") {
  Rig rig;
  const auto source = rig.announce("s", kSecond);
  const std::array<double, 2> values{3, 9};
  const std::array<State, 2> states{State::good, State::no_data};
  rig.uplink.row(source, 0, 0, values, states);
  const auto batches = only<BatchMessage>(rig.heard());
  REQUIRE(batches.size() == 1);
  CHECK(batches[0].batch.state(0, 1) == State::no_data);
  CHECK(batches[0].batch.value(0, 1) == 0);
}
