// SPDX-License-Identifier: Apache-2.0
#include "rig/control/command_switch.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/control/power_control.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

struct Room {
  test::TempDir dir;
  boost::asio::io_context io;
  std::optional<Result<void>> answer;

  PowerSpec spec(const std::string& end = "exit 0") {
    dir.write("plug", "echo $1 >> '" + dir.file("called") + "'\n" + end + "\n");
    const auto say = [&](const char* what) {
      return std::vector<std::string>{"/bin/sh", dir.file("plug"), what};
    };
    PowerSpec out;
    out.on_argv = say("on");
    out.off_argv = say("off");
    out.off = 200 * kMillisecond;
    return out;
  }
  instruments::Done done() {
    return [this](Result<void> result) { answer.emplace(std::move(result)); };
  }
  // Out of work, a context has to be told that there is some again.
  void turn() {
    io.restart();
    io.run_one_for(std::chrono::milliseconds(10));
  }
  Result<void> wait() {
    for (int i = 0; i < 1000 && !answer; ++i) turn();
    REQUIRE(answer);
    return *answer;
  }
  std::string called() const {
    const auto text = read_file(dir.file("called"));
    return text ? *text : std::string();
  }
};

}  // namespace

TEST_CASE("A command switches, and says whether it did") {
  Room room;
  CommandSwitch plug(room.io, room.spec());
  plug.set(1, false, room.done());
  CHECK(room.wait());
  room.answer.reset();
  plug.set(1, true, room.done());
  CHECK(room.wait());
  CHECK(room.called() == "off\non\n");
  CHECK_FALSE(plug.cycle(1, room.done()));
  CHECK(plug.longest_pulse(1) == 0);
}

TEST_CASE("A command that fails, or is none, is a failure with its name") {
  Room room;
  CommandSwitch plug(room.io, room.spec("exit 7"));
  plug.set(1, true, room.done());
  const auto failed = room.wait();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message().find("'sh' ended with exit code 7") != std::string::npos);
  PowerSpec none;
  none.on_argv = none.off_argv = {"/no/such/program"};
  CommandSwitch missing(room.io, none);
  room.answer.reset();
  missing.set(1, true, room.done());
  CHECK_FALSE(room.wait());
}

TEST_CASE("A command that does not come back is ended by the next order") {
  Room room;
  CommandSwitch plug(room.io, room.spec("[ $1 = on ] || exec sleep 60"));
  plug.set(1, false, room.done());
  for (int i = 0; i < 100 && room.called().empty(); ++i) {
    room.turn();
  }
  plug.set(1, true, room.done());
  CHECK(room.wait());
}

TEST_CASE("A supply by commands is cycled by its own command, else by off and on") {
  for (const bool own : {false, true}) {
    Room room;
    PowerSpec spec = room.spec();
    if (own) spec.cycle_argv = {"/bin/sh", room.dir.file("plug"), "cycle"};
    std::vector<Event> events;
    PowerControl power(room.io, {.store = [&](Event e) { events.push_back(std::move(e)); },
                                 .watts = [](const std::string&, Nanos) { return std::nullopt; },
                                 .recovered = [](const std::string&, bool) {}});
    CommandSwitch plug(room.io, spec);
    power.add("dut", spec, plug, false);
    power.order(PhasePower::cycle, 0);
    Nanos now = 0;
    for (int i = 0; i < 1000 && power.busy(); ++i, now += 50 * kMillisecond) {
      power.step(now);
      room.turn();
    }
    CHECK(power.settled());
    CHECK(room.called() == (own ? "cycle\non\n" : "off\non\n"));
    power.step(now);
    REQUIRE(events.size() == 1);
    const auto body = parse_json(events[0].body).value();
    CHECK(body["ok"] == true);
    CHECK(body["proven_by"] == "command");
    CHECK_FALSE(body.contains("relay"));
  }
}
