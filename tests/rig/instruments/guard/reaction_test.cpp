// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/reaction.hpp"

#include "tests/rig/instruments/guard/guard_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"

using namespace soakrig;
using namespace soakrig::guard;
using test::HotChamber;

namespace {
const SystemClock kClock;
}

TEST_CASE("A reaction writes what does not hold and reads everything back") {
  HotChamber chamber;
  const GuardPlan plan = chamber.plan();
  Reaction reaction(plan, kClock);
  CHECK(test::eventually([&] { return reaction.round(plan.trip); }));
  CHECK(chamber.held("set_point") == test::kSafe);
  CHECK(chamber.held("mode") == test::kOff);
  CHECK(reaction.states() ==
        std::vector<StepState>{{"set_point", true, ""}, {"mode", true, ""}});
  // It does not trust its memory: what somebody changed is set again.
  chamber.served.with([](auto& c) { c.bank().set("set_point", test::kHot); });
  CHECK(test::eventually([&] { return reaction.round(plan.trip); }));
  CHECK(chamber.held("set_point") == test::kSafe);
  CHECK(reaction.watched().value() > 0);
}

TEST_CASE("A bus that does not answer is tried until it does") {
  HotChamber chamber;
  const GuardPlan plan = chamber.plan();
  Reaction reaction(plan, kClock);
  chamber.served.stall(true);
  for (int i = 0; i < 2; ++i) CHECK_FALSE(reaction.round(plan.trip));
  CHECK_FALSE(reaction.states()[0].held);
  CHECK_FALSE(reaction.states()[0].error.empty());
  CHECK(chamber.held("set_point") == test::kHot);
  chamber.served.stall(false);
  CHECK(test::eventually([&] { return reaction.round(plan.trip); }));
  CHECK(chamber.held("mode") == test::kOff);
}

TEST_CASE("Another device at the address is never written to") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.proofs[0].words[0] = 'X';
  Reaction reaction(plan, kClock);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(reaction.round(plan.trip));
  CHECK(chamber.held("set_point") == test::kHot);
  CHECK(reaction.states()[0].error.find("another device") != std::string::npos);
  CHECK_FALSE(reaction.watched());
}

TEST_CASE("A step that fails keeps the others back only for their patience") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  Step dead = plan.trip[0];
  dead.name = "power off";
  dead.connect = "tcp://127.0.0.1:1?unit=1&timeout=50ms";
  plan.trip.insert(plan.trip.begin(), dead);
  plan.trip[2].patience = kHour;
  Reaction reaction(plan, kClock);
  CHECK(test::eventually([&] {
    CHECK_FALSE(reaction.round(plan.trip));
    return reaction.states()[1].held;
  }));
  CHECK(chamber.held("set_point") == test::kSafe);  // in spite of the dead relay
  CHECK(chamber.held("mode") == test::kAuto);       // waits
  plan.trip[2].patience = 0;
  CHECK(test::eventually([&] {
    CHECK_FALSE(reaction.round(plan.trip));  // never complete while the relay is dead
    return reaction.states()[2].held;
  }));
  CHECK(chamber.held("mode") == test::kOff);
}

TEST_CASE("A load that is still on keeps a patient step back, and the reaction incomplete") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.trip[1].patience = kHour;
  Reaction reaction(plan, kClock);
  CHECK(test::eventually([&] {
    CHECK_FALSE(reaction.round(plan.trip, false));
    return reaction.states()[0].held;
  }));
  CHECK(chamber.held("mode") == test::kAuto);
  CHECK(test::eventually([&] { return reaction.round(plan.trip, true); }));
  CHECK(chamber.held("mode") == test::kOff);
}
