// SPDX-License-Identifier: Apache-2.0
#include "rig/control/console_log.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

#include "results/store/console_text.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pty.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

struct Room {
  SystemClock clock;
  Nanos start = clock.boot_ns();
  boost::asio::io_context io;
  test::Pty pty;
  std::vector<Event> events;
  std::optional<ConsoleLog> log;

  Room() {
    pty.plug_in();
    log.emplace(io, "dut", ConsoleAddress{pty.device(), 115200}, clock, start,
                [this](Event event) { events.push_back(std::move(event)); });
    REQUIRE(until([&] { return count(event_kind::kConsoleLink) == 1; }));
  }
  std::size_t count(std::string_view kind) const {
    std::size_t n = 0;
    for (const Event& event : events) n += event.kind == kind;
    return n;
  }
  template <class Done>
  bool until(Done done) {
    for (int i = 0; i < 1000 && !done(); ++i) {
      io.run_one_for(std::chrono::milliseconds(10));
      if (log) log->tick();
    }
    return done();
  }
  std::vector<std::string> kept() const {
    std::vector<std::string> out;
    for (const Event& event : events) {
      if (event.kind != event_kind::kConsoleLog) continue;
      const auto lines = store::console_lines(event);
      REQUIRE(lines);
      for (const store::ConsoleLine& line : *lines) {
        CHECK(line.t >= event.t);
        out.push_back(line.text);
      }
    }
    return out;
  }
};

}  // namespace

TEST_CASE("What a console says is kept, and what it means is an event at once") {
  Room room;
  room.pty.say("[    1.0] usb 1-1: new device\n[   12.25] Kernel panic - not syncing: sysrq\n");
  room.pty.say("login with token=s3cr3tVALUE42\n");
  REQUIRE(room.until([&] { return room.count(event_kind::kConsoleLog) == 1; }));
  const auto kept = room.kept();
  REQUIRE(kept.size() == 3);
  CHECK(kept[1] == "[   12.25] Kernel panic - not syncing: sysrq");
  CHECK(kept[2].find("s3cr3t") == std::string::npos);
  CHECK(room.log->up());
  CHECK(room.log->heard() > 0);
  REQUIRE(room.log->recent().size() == 3);
  CHECK(room.log->recent()[2].find("s3cr3t") == std::string::npos);
  REQUIRE(room.count(event_kind::kKernelLog) == 1);
  for (const Event& event : room.events) {
    CHECK(event.board == "dut");
    if (event.kind != event_kind::kKernelLog) continue;
    CHECK(event.severity == Severity::alarm);
    const auto body = parse_json(event.body).value();
    CHECK(body["class"] == "panic");
    CHECK(body["text"] == "Kernel panic - not syncing: sysrq");
    CHECK(body["from"] == "console");
  }
}

TEST_CASE("The end of a run keeps what was not stored yet") {
  Room room;
  room.pty.say("whole\nand the rest");
  for (int i = 0; i < 20; ++i) room.io.run_one_for(std::chrono::milliseconds(5));
  room.log.reset();
  CHECK(room.kept() == std::vector<std::string>{"whole", "and the rest"});
}

TEST_CASE("A console that floods is cut short, and counted") {
  Room room;
  const std::string line(1000, 'x');
  std::size_t said = 0;
  while (said < 100) {
    for (int i = 0; i < 2; ++i, ++said) room.pty.say(line + "\n");
    for (int i = 0; i < 5; ++i) room.io.run_one_for(std::chrono::milliseconds(1));
  }
  room.log.reset();
  std::size_t lost = 0;
  for (const Event& event : room.events) {
    if (event.kind != event_kind::kConsoleLog) continue;
    CHECK(event.body.size() < 10000);  // compressed
    lost += parse_json(event.body).value()["lost"].get<std::size_t>();
  }
  CHECK(room.kept().size() + lost == said);
  CHECK(room.kept().size() < said);
}
