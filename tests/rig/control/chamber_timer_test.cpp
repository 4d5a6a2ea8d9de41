// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_timer.hpp"

#include <boost/asio/io_context.hpp>

#include "tests/rig/control/told_chamber.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

constexpr Nanos kHold = 20 * kMinute;
using Timers = std::vector<std::optional<Nanos>>;

struct Fixture {
  boost::asio::io_context io;
  test::Told chamber;
  std::vector<std::string> events, faults;
  ChamberTimer timer{io,
                     chamber,
                     kHold,
                     23.0,
                     {[this](const Event& event) { events.push_back(event.body); },
                      [this](const std::string& what) { faults.push_back(what); }}};

  void run() {
    io.restart();
    io.poll();
  }
  void steps(Nanos from, Nanos to) {
    for (Nanos t = from; t <= to; t += kSecond) timer.step(t), run();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A hot phase is armed, and wound up again every quarter of its time") {
  timer.want(60.0, 0);
  run();
  CHECK(chamber.timers == Timers{kHold});
  REQUIRE(events.size() == 1);
  CHECK(events[0].find("its own timer ends this phase") != std::string::npos);
  steps(0, kHold / 4 - kSecond);
  CHECK(chamber.timers.size() == 1);
  steps(kHold / 4, kHold);
  CHECK(chamber.timers.size() == 5);
  timer.want(70.0, kHold);  // another hot phase: it goes on
  run();
  CHECK(chamber.timers.size() == 5);
  CHECK(events.size() == 1);
  CHECK(faults.empty());
}

TEST_CASE_METHOD(Fixture, "A phase that is not hot stops it, also what an earlier run left") {
  timer.want(23.0, 0);
  run();
  CHECK(chamber.timers == Timers{std::nullopt});
  timer.want(10.0, kSecond);
  CHECK(chamber.timers.size() == 1);  // it stands still already
  timer.want(60.0, 2 * kSecond);
  run();
  timer.want(20.0, 3 * kSecond);
  run();
  CHECK(chamber.timers == Timers{std::nullopt, kHold, std::nullopt});
  steps(3 * kSecond, kHour);
  CHECK(chamber.timers.size() == 3);
  CHECK(faults.empty());
}

TEST_CASE_METHOD(Fixture, "At the end it is stopped once, and that is waited for") {
  timer.want(60.0, 0);
  run();
  int told = 0;
  timer.stop([&] { ++told; });
  CHECK(told == 0);
  run();
  CHECK(told == 1);
  timer.stop([&] { ++told; });
  CHECK(told == 2);
  CHECK(chamber.timers == Timers{kHold, std::nullopt});
}

TEST_CASE_METHOD(Fixture, "A chamber without such a timer is left alone, and that is said once") {
  chamber.answer = Error{Errc::unsupported, "no timer of this chamber is known"};
  timer.want(60.0, 0);
  run();
  steps(kSecond, 2 * kHour);
  CHECK(chamber.timers.size() == 1);
  REQUIRE(events.size() == 1);
  CHECK(events[0].find("no timer of its own") != std::string::npos);
  CHECK(faults.empty());
}

TEST_CASE_METHOD(Fixture,
                 "A timer that can no longer be wound up ends the run before it runs out") {
  timer.want(60.0, 0);
  run();
  chamber.answer = Error{Errc::io, "no reply"};
  steps(kSecond, kHold / 4 * 3);
  CHECK(faults.empty());
  CHECK(chamber.timers.size() > 100);  // tried again and again
  chamber.answer = {};
  steps(kHold / 4 * 3, kHold / 4 * 4);
  CHECK(faults.empty());
  chamber.answer = Error{Errc::io, "no reply"};
  steps(kHold, 3 * kHold);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("could not be wound up") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "No time means that the timer is not touched") {
  ChamberTimer none(io, chamber, 0, 23.0, {[](const Event&) {}, [](const std::string&) {}});
  none.want(60.0, 0);
  none.step(kHour);
  bool told = false;
  none.stop([&] { told = true; });
  CHECK(told);
  CHECK(chamber.timers.empty());
}
