// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_air.hpp"

#include <boost/asio/io_context.hpp>

#include "tests/rig/control/told_chamber.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

using test::Told;

struct Fixture {
  boost::asio::io_context io;
  Told chamber;
  RunSpec spec;
  std::vector<std::string> faults, events;

  Fixture() {
    spec.chamber.emplace();
    spec.chamber->low = -40.0;
    spec.chamber->high = 85.0;
    spec.phases.emplace_back().humidity = 93.0;
  }
  ChamberAir air() {
    return ChamberAir(io, chamber, spec,
                      {[this](const Event& event) { events.push_back(event.body); },
                       [this](const std::string& what) { faults.push_back(what); }});
  }
  void run() {
    io.restart();
    io.run();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "The controller's own alarms come first, outside the profile's limits") {
  ChamberAir made = air();
  CHECK_FALSE(made.ready());
  run();
  CHECK(made.ready());
  CHECK(chamber.alarms == std::vector<std::pair<double, double>>{{-45.0, 90.0}});
  CHECK(events.size() == 1);
  CHECK(faults.empty());
}

TEST_CASE_METHOD(Fixture, "A chamber without known alarms goes on, one that refuses them does not") {
  chamber.answer = Error{Errc::unsupported, "none"};
  ChamberAir without = air();
  CHECK_FALSE(without.ready());
  run();
  CHECK(without.ready());
  CHECK(faults.empty());
  chamber.answer = Error{Errc::io, "reads back otherwise"};
  ChamberAir refusing = air();
  CHECK_FALSE(refusing.ready());
  run();
  CHECK(faults.size() == 1);
}

TEST_CASE_METHOD(Fixture, "Without limits there is nothing to set") {
  spec.chamber->high.reset();
  CHECK(air().ready());
  CHECK(chamber.alarms.empty());
}

TEST_CASE_METHOD(Fixture, "Moist air waits for the coldest board") {
  ChamberAir made = air();
  made.want(40.0, 93.0, 0);
  made.step(kSecond, 25.0);
  made.step(2 * kSecond, std::nullopt);
  CHECK(chamber.humidities.empty());
  made.step(3 * kSecond, 50.0);
  made.step(4 * kSecond, 50.0);
  CHECK(chamber.humidities == std::vector<double>{93.0});  // once
  run();
  CHECK(faults.empty());
}

TEST_CASE_METHOD(Fixture, "Humidity that cannot come is a fault, not a silently dry test") {
  ChamberAir made = air();
  made.want(40.0, 93.0, 0);
  made.step(ChamberAir::kDryWithin + kSecond, 25.0);
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("too cold") != std::string::npos);
  made.want(40.0, 93.0, 0);
  made.step(ChamberAir::kDryWithin + kSecond, std::nullopt);
  CHECK(faults.size() == 2);
  made.want(40.0, 93.0, 0);
  made.want(25.0, std::nullopt, 0);  // the next phase asks for none
  made.step(ChamberAir::kDryWithin + kSecond, 25.0);
  CHECK(faults.size() == 2);
  CHECK(chamber.humidities.empty());
}

TEST_CASE_METHOD(Fixture, "A run that made moist air ends dry, and hears nothing afterwards") {
  chamber.answer = Error{Errc::io, "no"};
  ChamberAir made = air();
  CHECK_FALSE(made.ready());
  made.close();
  run();
  CHECK(chamber.humidities == std::vector<double>{spec.chamber->safe_humidity});
  CHECK(faults.empty());
  spec.phases.clear();
  air().close();
  CHECK(chamber.humidities.size() == 1);  // it never touched the humidity
}
