// SPDX-License-Identifier: Apache-2.0
#include "rig/control/recovery_ladder.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {
const RecoverySpec kSpec{20 * kSecond, 60 * kSecond, {"reboot"}, 2};
Nanos s(double seconds) { return from_seconds(seconds); }
}  // namespace

TEST_CASE("a board is waited for, rebooted, power-cycled and given up, each in its time") {
  RecoveryLadder ladder(kSpec, 1);
  CHECK(ladder.step(s(100), std::nullopt) == Rung::none);
  CHECK(ladder.step(s(119), s(100)) == Rung::none);
  CHECK(ladder.step(s(120), s(100)) == Rung::reboot);
  CHECK(ladder.step(s(500), s(100)) == Rung::none);  // until it is told what came of it
  ladder.done(true, s(125));
  CHECK(ladder.step(s(184), s(100)) == Rung::none);
  CHECK(ladder.step(s(185), s(100)) == Rung::power_cycle);
  ladder.done(true, s(190));
  CHECK(ladder.step(s(249), s(100)) == Rung::none);
  CHECK(ladder.step(s(250), s(100)) == Rung::reboot);  // what is left of the budgets
  ladder.done(false, s(260));
  CHECK(ladder.step(s(260), s(100)) == Rung::quarantine);
  CHECK(ladder.step(s(9999), s(100)) == Rung::none);
  CHECK(ladder.used(Rung::reboot) == 2);
  CHECK(ladder.used(Rung::power_cycle) == 1);
}

TEST_CASE("one that failed gives way to the next at once") {
  RecoveryLadder ladder(kSpec, 1);
  CHECK(ladder.step(s(120), s(100)) == Rung::reboot);
  ladder.done(false, s(130));
  CHECK(ladder.step(s(130), s(100)) == Rung::power_cycle);
}

TEST_CASE("one that came back starts again from below, with what is left") {
  RecoveryLadder ladder({20 * kSecond, 60 * kSecond, {"reboot"}, 1}, 1);
  CHECK(ladder.step(s(120), s(100)) == Rung::reboot);
  ladder.done(true, s(121));
  CHECK(ladder.step(s(150), std::nullopt) == Rung::none);
  CHECK(ladder.last() == Rung::none);
  CHECK(ladder.step(s(300), s(290)) == Rung::none);
  CHECK(ladder.step(s(310), s(290)) == Rung::power_cycle);  // its one reboot is spent
  ladder.done(true, s(311));
  CHECK(ladder.step(s(371), s(290)) == Rung::quarantine);
}

TEST_CASE("a board with neither is only waited for") {
  RecoveryLadder ladder({20 * kSecond, 60 * kSecond, {}, 5}, 0);
  CHECK(ladder.budget(Rung::reboot) == 0);
  CHECK(ladder.step(s(119), s(100)) == Rung::none);
  CHECK(ladder.step(s(120), s(100)) == Rung::quarantine);
  CHECK(to_string(Rung::power_cycle) == "power-cycle");
}
