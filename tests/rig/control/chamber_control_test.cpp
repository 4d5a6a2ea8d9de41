// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_control.hpp"

#include <boost/asio/io_context.hpp>

#include "tests/rig/control/told_chamber.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;
using Words = std::vector<std::string>;

namespace {

struct Fixture {
  boost::asio::io_context io;
  test::Told chamber;
  RunSpec spec;
  std::vector<std::string> faults, events;
  std::optional<ChamberControl> control;

  void make(std::optional<double> safe) {
    spec.chamber.emplace();
    spec.chamber->safe_temperature = safe;
    spec.phases.resize(1);
    control.emplace(io, chamber, spec,
                    ChamberControl::Hooks{[this](const Event& e) { events.push_back(e.body); },
                                          [this](const std::string& w) { faults.push_back(w); }});
  }
  void run() {
    io.restart();
    io.poll();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A hot phase is armed first, then switched on, then heated") {
  make(23.0);
  control->want(spec.phases[0], 60.0, {}, 0);
  run();
  CHECK(chamber.order == Words{"timer", "on", "set-point"});
  CHECK(chamber.temperatures == std::vector<double>{60.0});
  REQUIRE(events.size() == 2);
  CHECK(events[1].find("set-point reached the controller") != std::string::npos);
  CHECK(faults.empty());
}

TEST_CASE_METHOD(Fixture, "At the end the set-point is safe before the timer is stopped") {
  make(23.0);
  control->want(spec.phases[0], 60.0, {}, 0);
  run();
  chamber.order.clear();
  int told = 0;
  CHECK(control->go_safe([&](const Result<void>& done) { told += done ? 1 : 100; }));
  CHECK(told == 0);
  io.restart();
  io.poll_one();
  CHECK(told == 1);
  CHECK(control->busy());
  run();
  CHECK_FALSE(control->busy());
  CHECK(chamber.order == Words{"set-point", "no timer"});
  CHECK(chamber.temperatures.back() == 23.0);
  control->step(kHour, {});  // nothing is wound up any more
  CHECK(chamber.order.size() == 2);
  CHECK(events.back().find("safe set-point read back") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A refused safe set-point leaves the timer running") {
  make(23.0);
  control->want(spec.phases[0], 60.0, {}, 0);
  run();
  chamber.answer = Error{Errc::io, "no reply"};
  chamber.order.clear();
  bool failed = false;
  CHECK(control->go_safe([&](const Result<void>& done) { failed = !done; }));
  run();
  CHECK(failed);
  CHECK(chamber.order == Words{"set-point"});
  CHECK_FALSE(control->busy());
  CHECK(events.back().find("NOT confirmed") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A refused set-point is a fault; one that the end overtook is none") {
  make(23.0);
  chamber.answer = Error{Errc::io, "no reply"};
  control->want(spec.phases[0], 60.0, {}, 0);
  run();
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("refused its set-point") != std::string::npos);
  control->want(spec.phases[0], 60.0, {}, 0);
  CHECK(control->go_safe([](const Result<void>&) {}));
  run();
  CHECK(faults.size() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "Without a safe set-point there is nowhere to go, and nothing is called late") {
  make({});
  control->want(spec.phases[0], 60.0, {}, 0);
  CHECK_FALSE(control->go_safe([](const Result<void>&) {}));
  control->off();
  CHECK(chamber.order == Words{"on", "set-point", "off"});
  control.reset();
  run();
  CHECK(events.empty());
}
