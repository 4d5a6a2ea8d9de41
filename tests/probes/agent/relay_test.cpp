// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/relay.hpp"

#include <filesystem>
#include <optional>
#include <string>

#include "probes/agent/uplink.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/up_link.hpp"

using namespace soakrig;
using namespace soakrig::agent;

namespace {

constexpr std::size_t kBudget = 4u << 20;

// A controller's end of a link.
struct Controller : test::UpLink {
  Controller() : UpLink(4u << 20) {}
  // Everything until nothing more comes; the numbers are kept apart by stream.
  std::vector<Up> hear(Relay& relay) {
    return UpLink::hear([&] { relay.flush(); });
  }
};

std::string greeting() {
  Hello hello;
  hello.stream = "live";
  hello.process.boot_id = "boot-1";
  return encode(Up{hello});
}

struct Fixture {
  test::TempDir dir;
  FakeClock clock{kSecond};

  [[nodiscard]] Spool spool(const std::string& stream, std::size_t budget = kBudget) const {
    return Spool(dir.file(stream), {stream, "run-1", "boot-1"}, budget);
  }
  static SourceInfo source() {
    SourceInfo info;
    info.name = "zone";
    info.period = 100 * kMillisecond;
    info.channels.push_back({"soc.temperature", "Cel", "here", {}, {}});
    return info;
  }
  // A second of rows: the first of all goes out alone, then ten at a time.
  void second(Uplink& uplink, std::uint32_t number) {
    for (int i = 0; i < 10; ++i) {
      const double value = 40;
      const Nanos now = clock.boot_ns();
      uplink.row(number, now, now, {&value, 1}, {});
      clock.advance(100 * kMillisecond);
    }
  }
  // An agent that lived, said something for some seconds, and died.
  void dead_agent(const std::string& stream, int seconds) {
    Relay relay(spool(stream), {});
    Uplink uplink(relay, clock);
    const auto number = uplink.announce(source());
    for (int i = 0; i < seconds; ++i) second(uplink, number);
  }
  [[nodiscard]] Spool dead(const std::string& stream) const {
    return Spool::open(dir.file(stream)).value();
  }
};

// "hello mark:A channels 1 2 3 mark:B …"
std::string told(const std::vector<Up>& all) {
  std::string out;
  for (const Up& message : all) {
    if (std::holds_alternative<Hello>(message)) out += "hello ";
    if (const auto* mark = std::get_if<StreamMark>(&message)) out += "mark:" + mark->stream + " ";
    if (std::holds_alternative<Announce>(message)) out += "channels ";
    if (const auto* batch = std::get_if<BatchMessage>(&message)) {
      out += std::to_string(batch->seq) + " ";
    }
    if (const auto* event = std::get_if<EventMessage>(&message)) {
      out += std::to_string(event->seq) + "! ";
    }
  }
  return out;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "What is said alone is told to the one who comes, then it goes on live") {
  Relay relay(spool("live"), {});
  Uplink uplink(relay, clock);
  const auto number = uplink.announce(source());
  second(uplink, number);
  uplink.event({clock.boot_ns(), "", "work.note", Severity::info, "{}"});
  Controller controller;
  relay.attach(*controller.outbox, greeting(), {});
  CHECK(told(controller.hear(relay)) == "hello mark:live channels 1 2! ");
  second(uplink, number);
  CHECK(told(controller.hear(relay)) == "3 ");
  CHECK_FALSE(relay.delivered());
  relay.acknowledge("", 3);
  CHECK(relay.delivered());
}

TEST_CASE_METHOD(Fixture, "A second controller gets what the first did not acknowledge, once") {
  Relay relay(spool("live"), {});
  Uplink uplink(relay, clock);
  const auto number = uplink.announce(source());
  {
    Controller first;
    relay.attach(*first.outbox, greeting(), {});
    for (int i = 0; i < 5; ++i) second(uplink, number);
    CHECK(told(first.hear(relay)) == "hello mark:live channels 1 2 3 4 5 ");
    relay.acknowledge("live", 2);
    relay.detach();
  }
  second(uplink, number);
  Controller unknowing;
  relay.attach(*unknowing.outbox, greeting(), {});
  CHECK(told(unknowing.hear(relay)) == "hello mark:live channels 3 4 5 6 ");
  relay.detach();
  // What it has, though not durably, is not told again, but kept.
  Controller knowing;
  relay.attach(*knowing.outbox, greeting(), {{"live", 5}});
  CHECK(told(knowing.hear(relay)) == "hello mark:live channels 6 ");
  CHECK(relay.live().acknowledged() == 2);
}

TEST_CASE_METHOD(Fixture, "Streams of dead agents come first, each under its own name") {
  dead_agent("a", 2);
  dead_agent("b", 1);
  std::vector<Spool> past;
  past.push_back(dead("a"));
  past.push_back(dead("b"));
  Relay relay(spool("live"), std::move(past));
  Uplink uplink(relay, clock);
  const auto number = uplink.announce(source());
  second(uplink, number);
  Controller controller;
  relay.attach(*controller.outbox, greeting(), {{"a", 1}});
  CHECK(told(controller.hear(relay)) ==
        "hello mark:a channels 2 mark:b channels 1 mark:live channels 1 ");
  CHECK_FALSE(relay.delivered());
  relay.acknowledge("a", 2);
  relay.acknowledge("b", 1);
  relay.acknowledge("c", 7);  // nobody's
  relay.flush();
  CHECK_FALSE(std::filesystem::exists(dir.file("a")));
  CHECK_FALSE(std::filesystem::exists(dir.file("b")));
  relay.acknowledge("live", 1);
  CHECK(relay.delivered());
}

TEST_CASE_METHOD(Fixture, "A source announced while another's stream is told waits for its own") {
  dead_agent("a", 40);
  std::vector<Spool> past;
  past.push_back(dead("a"));
  Relay relay(spool("live"), std::move(past));
  Uplink uplink(relay, clock);
  static_cast<void>(uplink.announce(source()));
  Controller controller;
  relay.attach(*controller.outbox, greeting(), {});
  static_cast<void>(uplink.announce(source()));
  const auto heard = told(controller.hear(relay));
  CHECK(heard.find("mark:a channels 1 2 3 ") != std::string::npos);
  CHECK(heard.ends_with("mark:live channels channels "));
}

TEST_CASE_METHOD(Fixture, "A controller that does not read bounds what waits, and loses nothing") {
  Relay relay(spool("live"), {});
  Uplink uplink(relay, clock);
  const auto number = uplink.announce(source());
  Controller controller;
  relay.attach(*controller.outbox, greeting(), {});
  for (int i = 0; i < 3000; ++i) {
    second(uplink, number);
    relay.flush();
    REQUIRE(controller.outbox->bytes() < Relay::kWindow + 4096);
  }
  std::uint64_t expected = 0;
  for (const Up& message : controller.hear(relay)) {
    if (const auto* batch = std::get_if<BatchMessage>(&message)) CHECK(batch->seq == ++expected);
  }
  CHECK(expected == 3000);
}

TEST_CASE_METHOD(Fixture, "A full spool thins rows, keeps every event and says what was lost") {
  Relay relay(spool("live", 400'000), {});
  Uplink uplink(relay, clock);
  const auto number = uplink.announce(source());
  constexpr int kSeconds = 20'000;
  for (int i = 0; i < kSeconds; ++i) {
    second(uplink, number);
    if (i % 100 == 0) uplink.event({clock.boot_ns(), "", "work.note", Severity::info, "{}"});
    uplink.heartbeat();
  }
  CHECK(relay.bytes() <= 400'000);
  Controller controller;
  relay.attach(*controller.outbox, greeting(), {});
  std::uint64_t rows = 0, notes = 0, expected = 0, lost = 0;
  const auto count = [&](const std::vector<Up>& all) {
    for (const Up& message : all) {
      if (const auto* batch = std::get_if<BatchMessage>(&message)) {
        CHECK(batch->seq == ++expected);
        rows += batch->batch.rows();
      } else if (const auto* event = std::get_if<EventMessage>(&message)) {
        CHECK(event->seq == ++expected);
        if (event->event.kind == "work.note") ++notes;
        if (event->event.kind != event_kind::kGap) continue;
        const auto body = parse_json(event->event.body);
        REQUIRE(body);
        lost += json_get<std::uint64_t>(*body, "rows").value_or(0);
        CHECK(json_get<std::string>(*body, "reason")->find("spool") != std::string::npos);
      }
    }
  };
  count(controller.hear(relay));
  CHECK(notes == kSeconds / 100);
  CHECK(lost == 0);  // it can be told only when there is room again
  relay.acknowledge("", expected);
  uplink.heartbeat();
  count(controller.hear(relay));
  CHECK(lost > 0);
  uplink.flush_all();
  count(controller.hear(relay));
  CHECK(rows + lost == 10u * kSeconds);
}
