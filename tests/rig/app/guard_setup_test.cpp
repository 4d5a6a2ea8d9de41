// SPDX-License-Identifier: Apache-2.0
#include "rig/app/guard_setup.hpp"

#include <cstdlib>
#include <span>

#include "rig/instruments/guard/reaction.hpp"
#include "tests/rig/instruments/guard/guard_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"

using namespace soakrig;
using namespace soakrig::app;
using test::HotChamber;

namespace {

const SystemClock kClock;

struct Fixture : HotChamber {
  instruments::ModbusBus bus{instruments::parse_connect(served.connect()).value(), kClock};
  RunSpec spec;

  Fixture() {
    ::setenv("SOAKRIG_GUARD_DIR", dir.file("guard").c_str(), 1);
    spec.name = "night";
    spec.chamber = ChamberSpec{};
    spec.chamber->map = "watlow-f4t";
    spec.chamber->connect = served.connect();
    spec.chamber->safe_temperature = test::kSafe;
    spec.chamber->low = -40.0;
    spec.chamber->high = 85.0;
  }
  ~Fixture() { ::unsetenv("SOAKRIG_GUARD_DIR"); }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  Result<control::GuardParts> make(const std::string& run = "run-1") {
    return set_up_guard(spec, {run, {}, {}, {}, {}}, bus);
  }
};

std::vector<std::string> names(const std::vector<guard::Step>& steps) {
  std::vector<std::string> out;
  for (const auto& step : steps) out.push_back(step.name);
  return out;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "A run's plan makes its chamber safe, in the order of the rules") {
  const auto made = make();
  REQUIRE(made);
  const guard::GuardPlan& plan = made->plan;
  CHECK(names(plan.lost) ==
        std::vector<std::string>{"ramp off", "safe set-point", "conditioning on"});
  CHECK(names(plan.trip) ==
        std::vector<std::string>{"ramp off", "safe set-point", "conditioning off"});
  CHECK(plan.trip[2].patience > 0);
  CHECK(plan.watch->high == 90.0);
  CHECK(plan.proofs.size() == 3);  // part number, serial, units
  // It survives its file, and does what it says.
  const auto stored = guard::parse_plan(guard::encode_plan(plan), "p").value();
  guard::Reaction reaction(stored, kClock);
  CHECK(test::eventually([&] { return reaction.round(stored.trip); }));
  CHECK(held("set_point") == test::kSafe);
  CHECK(held("mode") == test::kOff);
}

TEST_CASE_METHOD(Fixture, "The guard waits as long as the profile says") {
  {
    const auto plain = make();
    REQUIRE(plain);
    CHECK(plain->plan.grace == 15 * kMinute);
  }
  spec.chamber->guard.grace = kHour;
  spec.chamber->guard.stale = kMinute;
  const auto made = make();
  REQUIRE(made);
  CHECK(made->plan.grace == kHour);
  CHECK(made->plan.blind == kMinute);
}

TEST_CASE_METHOD(Fixture, "The guard writes and watches what the chamber shows, not what is true") {
  spec.chamber->calibration = ChamberCalibration{"2026-03-01", "", "", "lab", {{0, 2.0}}};
  const auto made = make();
  REQUIRE(made);
  CHECK(made->plan.trip[1].value == test::kSafe - 2.0);
  CHECK(made->plan.watch->high == 88.0);
  CHECK(made->plan.watch->low == -47.0);
}

TEST_CASE_METHOD(Fixture, "A board's power goes off before the set-point is changed") {
  GuardOrder order;
  order.run = "run-1";
  order.relays_off = {step("set_point", 1.0, 0)};
  order.relays_off[0].name = "power off: dut";
  order.power_off = {{"far", {"/usr/bin/kasa", "off"}}};
  const auto made = set_up_guard(spec, order, bus);
  REQUIRE(made);
  CHECK(names(made->plan.trip).front() == "power off: dut");
  REQUIRE(made->plan.power_off.size() == 1);
  CHECK(made->plan.power_off[0].board == "far");
  // Each waits for those before it, though not for ever; a lost controller's need no order.
  for (const guard::Step& each : made->plan.trip) CHECK(each.patience >= 3 * kSecond);
  CHECK(made->plan.trip.back().patience > made->plan.trip.front().patience);
  // A relay opens at once; a command may have its supply at the far end of a network.
  CHECK(made->plan.trip.front().patience == 3 * kSecond);
  for (const guard::Step& each : std::span(made->plan.trip).subspan(1)) {
    CHECK(each.patience >= 10 * kSecond);
  }
  CHECK(made->plan.lost[0].patience == 0);
  CHECK(names(made->plan.lost).front() != "power off: dut");
}

TEST_CASE_METHOD(Fixture, "Where a run makes moist air, the air is dried before it is cooled") {
  PhaseSpec damp;
  damp.humidity = 93.0;
  spec.phases = {damp};
  const auto made = make();
  REQUIRE(made);
  CHECK(names(made->plan.lost).front() == "humidity down");
  CHECK(names(made->plan.trip).front() == "humidity down");
}

TEST_CASE_METHOD(Fixture, "A bus that another run has is refused") {
  const auto first = make("run-1");
  REQUIRE(first);
  CHECK(make("run-2").error().code == Errc::busy);
}

TEST_CASE_METHOD(Fixture, "A chamber that tripped is not heated again before it is cleared") {
  {
    const auto first = make("run-1");
    REQUIRE(files.save(first->plan));
    guard::GuardState state;
    state.stage = guard::Stage::tripped;
    state.safe = true;
    REQUIRE(files.save("run-1", state));
  }
  const auto refused = make("run-2");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("run-1") != std::string::npos);
  CHECK(refused.error().what.find("tripped") != std::string::npos);
  CHECK(refused.error().remedy.find("guard clear") != std::string::npos);
  files.remove("run-1");
  CHECK(make("run-2"));
}

TEST_CASE_METHOD(Fixture, "What a bench that is gone left behind is no obstacle") {
  {
    auto first = make("run-1");
    first->plan.bench = ProcessId{1 << 22, 1, "no-such-boot"};
    REQUIRE(files.save(first->plan));
  }
  CHECK(make("run-2"));
  CHECK(files.runs().empty());
}

TEST_CASE("The safe temperature is the profile's, else the room's as far as the limits allow") {
  ChamberSpec chamber;
  CHECK(safe_temperature(chamber) == kSafeTemperature);
  chamber.low = 30.0;
  CHECK(safe_temperature(chamber) == 30.0);
  chamber.high = 20.0;
  chamber.low.reset();
  CHECK(safe_temperature(chamber) == 20.0);
  chamber.safe_temperature = 5.0;
  CHECK(safe_temperature(chamber) == 5.0);
}
