// SPDX-License-Identifier: Apache-2.0
#include "rig/control/phase_machine.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

PhaseSpec phase(const char* name, std::optional<double> ambient, Nanos soak) {
  PhaseSpec p;
  p.name = name;
  p.ambient = ambient;
  p.soak = soak;
  p.work = {"chat"};
  return p;
}

template <class A>
const A* find(const std::vector<Action>& actions) {
  for (const Action& a : actions) {
    if (const auto* found = std::get_if<A>(&a)) return found;
  }
  return nullptr;
}

// Steps every 100 ms until the machine is in `stage`, or a fault, or the time is over.
struct Driver {
  PhaseMachine machine;
  Nanos now = 0;
  std::optional<double> air = {};
  bool ready = false, powered = true;
  std::vector<Action> all = {};
  std::optional<bool> settled = {};  // the boards

  bool run_until(Stage stage, Nanos at_most) {
    const Nanos end = now + at_most;
    while (now <= end) {
      const auto actions = machine.step({now, air, ready, powered, settled});
      all.insert(all.end(), actions.begin(), actions.end());
      if (machine.stage() == stage) return true;
      if (find<action::Fault>(actions)) return false;
      now += 100 * kMillisecond;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("A resumed run ramps again, keeps its dwell and begins nothing anew") {
  PhaseProgress was;
  was.index = 1;
  was.begin = 5 * kSecond;
  was.dwell_begin = 8 * kSecond;
  was.counted = 7 * kSecond;
  Driver d{PhaseMachine({phase("cold", 20.0, kHour), phase("hot", 60.0, 10 * kSecond),
                         phase("after", 20.0, 5 * kSecond)},
                        true, {}, was),
           100 * kSecond};
  d.air = 23.0;
  CHECK_FALSE(d.run_until(Stage::warm_up, 2 * kSecond));
  CHECK(find<action::SetChamber>(d.all)->celsius == 60.0);
  CHECK_FALSE(find<action::StartWork>(d.all));
  d.air = 60.0;
  d.ready = true;
  REQUIRE(d.run_until(Stage::dwell, 10 * kSecond));
  CHECK(d.machine.progress().begin == 5 * kSecond);
  CHECK(d.machine.progress().dwell_begin == 8 * kSecond);
  const Nanos again = d.now;
  REQUIRE(d.run_until(Stage::waiting, 10 * kSecond));
  CHECK(d.now - again < 4 * kSecond);  // three were left
  d.air = 20.0;
  REQUIRE(d.run_until(Stage::dwell, 10 * kSecond));
  CHECK(d.machine.progress().index == 2);
  CHECK(d.machine.progress().counted == 0);  // the next phase is a new one
  CHECK(d.machine.progress().dwell_begin > 100 * kSecond);
}

TEST_CASE("A run whose phases had all ended has nothing left to do") {
  PhaseProgress was;
  was.index = 1;
  PhaseMachine machine({phase("only", 20.0, kHour)}, true, {}, was);
  CHECK(machine.finished());
  CHECK(machine.step({0, 20.0, true}).empty());
}

TEST_CASE("Without a chamber a phase is warm-up and dwell") {
  Driver d{PhaseMachine({phase("only", std::nullopt, 10 * kSecond)}, false)};
  REQUIRE(d.run_until(Stage::warm_up, kSecond));
  REQUIRE(find<action::StartWork>(d.all));
  CHECK(find<action::StartWork>(d.all)->names == std::vector<std::string>{"chat"});
  CHECK_FALSE(d.run_until(Stage::dwell, 5 * kSecond));  // nothing is ready yet
  d.ready = true;
  REQUIRE(d.run_until(Stage::dwell, kSecond));
  const Nanos began = d.now;
  REQUIRE(d.run_until(Stage::finished, 20 * kSecond));
  CHECK(d.now - began == 10 * kSecond);
  CHECK(d.machine.progress().counted == 10 * kSecond);
  CHECK(d.machine.progress().dwell_end == d.now);
  CHECK(find<action::StopWork>(d.all));
  CHECK_FALSE(find<action::SetChamber>(d.all));
}

TEST_CASE("With a chamber the dwell waits for the air to settle") {
  Driver d{PhaseMachine({phase("hot", 55.0, 10 * kSecond)}, true)};
  d.ready = true;
  d.air = 25.0;
  CHECK_FALSE(d.run_until(Stage::warm_up, 30 * kSecond));
  REQUIRE(find<action::SetChamber>(d.all));
  CHECK(find<action::SetChamber>(d.all)->celsius == 55.0);
  d.air = 54.5;
  REQUIRE(d.run_until(Stage::warm_up, 5 * kSecond));
  // How fast it really was: until it came into the band, not until it had settled.
  REQUIRE(find<action::Reached>(d.all));
  CHECK(find<action::Reached>(d.all)->from == 25.0);
  CHECK(find<action::Reached>(d.all)->to == 55.0);
  CHECK(std::abs(to_seconds(find<action::Reached>(d.all)->took) - 30.0) < 0.5);
}

TEST_CASE("A reading that passes through the band does not count as settled") {
  Driver d{PhaseMachine({phase("hot", 55.0, 10 * kSecond)}, true)};
  d.ready = true;
  for (int i = 0; i < 20; ++i) {
    d.air = i % 2 == 0 ? 55.0 : 58.0;  // two seconds in, two out
    CHECK_FALSE(d.run_until(Stage::warm_up, 2 * kSecond - 100 * kMillisecond));
  }
}

TEST_CASE("Only time in tolerance counts, and too much outside is the rig's fault") {
  Driver d{PhaseMachine({phase("hot", 55.0, 60 * kSecond)}, true)};
  d.ready = true;
  d.air = 55.0;
  REQUIRE(d.run_until(Stage::dwell, 10 * kSecond));
  CHECK_FALSE(d.run_until(Stage::finished, 30 * kSecond));
  d.air = 50.0;
  CHECK_FALSE(d.run_until(Stage::finished, 60 * kSecond));
  CHECK(d.machine.stage() == Stage::dwell);
  d.air = 55.0;
  const Nanos back = d.now;
  REQUIRE(d.run_until(Stage::finished, 60 * kSecond));
  CHECK(d.now - back < 31 * kSecond);

  Driver lost{PhaseMachine({phase("hot", 55.0, 60 * kSecond)}, true)};
  lost.ready = true;
  lost.air = 55.0;
  REQUIRE(lost.run_until(Stage::dwell, 10 * kSecond));
  lost.air.reset();  // the chamber cannot be read any more
  CHECK_FALSE(lost.run_until(Stage::finished, kHour));
  REQUIRE(find<action::Fault>(lost.all));
}

TEST_CASE("A chamber that never gets there is a rig fault") {
  Driver d{PhaseMachine({phase("hot", 55.0, kMinute)}, true)};
  d.ready = true;
  d.air = 40.0;
  CHECK_FALSE(d.run_until(Stage::dwell, 3 * kHour));
  REQUIRE(find<action::Fault>(d.all));
  CHECK(find<action::Fault>(d.all)->what.find("55.0") != std::string::npos);
}

TEST_CASE("A slow asked ramp is given its time") {
  PhaseSpec slow = phase("hot", 55.0, kMinute);
  slow.ramp_k_per_s = 30.0 / 7200;  // two hours from 25
  Driver d{PhaseMachine({slow}, true)};
  d.ready = true;
  d.air = 25.0;
  CHECK_FALSE(d.run_until(Stage::warm_up, 2 * kHour + kMinute));
  CHECK_FALSE(find<action::Fault>(d.all));
}

TEST_CASE("Phases follow each other, each with its own times") {
  Driver d{PhaseMachine({phase("cool", std::nullopt, 5 * kSecond),
                         phase("hot", std::nullopt, 5 * kSecond)},
                        false)};
  d.ready = true;
  REQUIRE(d.run_until(Stage::finished, kMinute));
  std::vector<std::string> stages;
  for (const Action& a : d.all) {
    if (const auto* enter = std::get_if<action::Enter>(&a)) {
      stages.push_back(std::to_string(enter->progress.index) + std::string(to_string(enter->stage)));
    }
  }
  CHECK(stages == std::vector<std::string>{"0ramp", "0warm-up", "0dwell", "0waiting", "1ramp",
                                           "1warm-up", "1dwell", "1finished"});
  for (const Action& a : d.all) {
    const auto* enter = std::get_if<action::Enter>(&a);
    if (enter && enter->stage == Stage::waiting) {
      CHECK(enter->progress.counted == 5 * kSecond);
      CHECK(enter->progress.end.has_value());
    }
  }
}

TEST_CASE("Work that never gets ready does not hold the phase for ever") {
  Driver d{PhaseMachine({phase("only", std::nullopt, 5 * kSecond)}, false)};
  CHECK(d.run_until(Stage::dwell, 11 * kMinute));
}

TEST_CASE("An abort stops the work and keeps what was counted") {
  Driver d{PhaseMachine({phase("only", std::nullopt, kHour)}, false)};
  d.ready = true;
  REQUIRE(d.run_until(Stage::dwell, 10 * kSecond));
  CHECK_FALSE(d.run_until(Stage::finished, 30 * kSecond));
  const auto actions = d.machine.abort(d.now);
  CHECK(find<action::StopWork>(actions));
  CHECK(d.machine.finished());
  CHECK(d.machine.progress().end == d.now);
  CHECK(d.machine.progress().counted >= 29 * kSecond);
  CHECK(d.machine.abort(d.now).empty());
  CHECK(d.machine.step({d.now, std::nullopt, true}).empty());
}

TEST_CASE("A phase's power is ordered once, and the work waits until it is done") {
  auto cold = phase("cold", std::nullopt, 10 * kSecond);
  cold.power = PhasePower::off;
  cold.work = {};
  auto start = phase("start", std::nullopt, 10 * kSecond);
  start.power = PhasePower::cycle;
  Driver d{PhaseMachine({cold, start, phase("on", std::nullopt, 10 * kSecond)}, false)};
  d.powered = false;
  CHECK_FALSE(d.run_until(Stage::warm_up, 5 * kSecond));
  REQUIRE(find<action::Power>(d.all));
  CHECK(find<action::Power>(d.all)->what == PhasePower::off);
  d.powered = true;
  d.all.clear();
  REQUIRE(d.run_until(Stage::waiting, 20 * kSecond));  // the cold phase is over
  CHECK_FALSE(find<action::Power>(d.all));             // not ordered again
  d.now += 100 * kMillisecond;
  CHECK_FALSE(find<action::Power>(d.machine.step({d.now, {}, false, true})));  // not on its own
  d.now += 100 * kMillisecond;
  const auto cycled = d.machine.step({d.now, {}, false, true});
  REQUIRE(find<action::Power>(cycled));
  CHECK(find<action::Power>(cycled)->what == PhasePower::cycle);
  d.powered = false;
  d.all.clear();
  CHECK_FALSE(d.run_until(Stage::warm_up, 5 * kSecond));
  CHECK_FALSE(find<action::StartWork>(d.all));
  d.powered = d.ready = true;
  REQUIRE(d.run_until(Stage::finished, 60 * kSecond));
  CHECK(find<action::StartWork>(d.all));
  CHECK_FALSE(find<action::Power>(d.all));  // it is on already
}

TEST_CASE("After a phase without power the next one has it again") {
  auto cold = phase("cold", std::nullopt, kSecond);
  cold.power = PhasePower::off;
  cold.work = {};
  Driver d{PhaseMachine({cold, phase("warm", std::nullopt, kSecond)}, false)};
  d.ready = true;
  REQUIRE(d.run_until(Stage::waiting, 20 * kSecond));
  d.all.clear();
  REQUIRE(d.run_until(Stage::finished, 20 * kSecond));
  REQUIRE(find<action::Power>(d.all));
  CHECK(find<action::Power>(d.all)->what == PhasePower::on);
}

TEST_CASE("The dwell counts only while air and boards are both settled") {
  PhaseSpec hot = phase("hot", 55.0, 60 * kSecond);
  hot.settle.board_over = kMinute;
  hot.settle.air_for = 30 * kSecond;
  Driver d{PhaseMachine({hot}, true)};
  d.ready = true;
  d.air = 55.0;
  d.settled = false;
  CHECK_FALSE(d.run_until(Stage::warm_up, 29 * kSecond));  // by the phase's own rule
  REQUIRE(d.run_until(Stage::dwell, 5 * kSecond));
  CHECK_FALSE(d.run_until(Stage::finished, 10 * kMinute));
  CHECK(d.machine.progress().counted == 0);
  d.settled = true;
  CHECK_FALSE(d.run_until(Stage::finished, 30 * kSecond));
  const Nanos counted = d.machine.progress().counted;
  CHECK(counted >= 29 * kSecond);
  d.settled = false;
  CHECK_FALSE(d.run_until(Stage::finished, 30 * kSecond));
  d.settled = true;
  d.air = 50.0;
  CHECK_FALSE(d.run_until(Stage::finished, 30 * kSecond));
  CHECK(d.machine.progress().counted <= counted + kSecond);
  d.air = 55.0;
  d.settled.reset();  // a board that shows nothing is not waited for
  CHECK(d.run_until(Stage::finished, 35 * kSecond));
  CHECK_FALSE(find<action::Fault>(d.all));
}

TEST_CASE("A phase's own longest times make faults of the rig") {
  PhaseSpec hot = phase("hot", 55.0, kHour);
  hot.settle.ramp_max = 5 * kMinute;
  hot.settle.out_of_band_max = 20 * kSecond;
  hot.settle.board_over = kMinute;
  hot.settle.board_max = 3 * kMinute;
  const auto fault = [&](bool reached, double air, bool settled) -> std::pair<std::string, Nanos> {
    Driver d{PhaseMachine({hot}, true)};
    d.ready = true;
    d.air = reached ? 55.0 : 30.0;
    d.settled = true;
    if (reached) d.run_until(Stage::dwell, kMinute);
    const Nanos since = d.now;
    d.air = air;
    d.settled = settled;
    d.run_until(Stage::finished, 30 * kMinute);
    const auto* found = find<action::Fault>(d.all);
    return {found ? found->what : "", d.now - since};
  };
  const auto [ramp, ramp_after] = fault(false, 30.0, true);
  CHECK(ramp.find("did not reach 55.0 Cel") != std::string::npos);
  CHECK(ramp_after < 6 * kMinute);
  const auto [out, out_after] = fault(true, 50.0, true);
  CHECK(out.find("left the tolerance") != std::string::npos);
  CHECK(out_after < 22 * kSecond);
  const auto [boards, boards_after] = fault(true, 55.0, false);
  CHECK(boards.find("the boards did not settle") != std::string::npos);
  CHECK(boards_after < 4 * kMinute);
}

namespace {

// Rungs at 20, 30, 40 and 50, the way back, and one phase behind it.
std::vector<PhaseSpec> climb() {
  std::vector<PhaseSpec> out;
  for (int rung = 1; rung <= 4; ++rung) {
    out.push_back(phase(("up" + std::to_string(rung)).c_str(), {}, 10 * kSecond));
    out.back().search = SearchRung{rung, 4, false, 0.95};
  }
  for (int rung = 3; rung >= 1; --rung) {
    out.push_back(phase(("back" + std::to_string(rung)).c_str(), {}, 10 * kSecond));
    out.back().search = SearchRung{rung, 4, true, 0.95};
  }
  out.push_back(phase("after", {}, 10 * kSecond));
  return out;
}

// The phases that dwelt, when the boards give way in `fails`.
std::string way(const std::string& fails) {
  Driver d{PhaseMachine(climb(), false)};
  d.ready = true;
  std::string out;
  while (d.run_until(Stage::dwell, kMinute)) {
    const std::string name = d.machine.phase().name;
    out += name + " ";
    d.now += 100 * kMillisecond;
    const auto actions = name == fails ? d.machine.give_way(d.now) : std::vector<Action>{};
    if (!actions.empty()) CHECK(find<action::StopWork>(actions));
    if (d.machine.finished()) break;
    if (actions.empty() && !d.run_until(Stage::waiting, kMinute)) break;
  }
  CHECK(d.machine.finished());
  return out;
}

}  // namespace

TEST_CASE("A search climbs until the boards give way, then runs the rung before once more") {
  CHECK(way("up3") == "up1 up2 up3 back2 after ");
  CHECK(way("up4") == "up1 up2 up3 up4 back3 after ");
  CHECK(way("up1") == "up1 after ");  // there is nothing below
  CHECK(way("none") == "up1 up2 up3 up4 after ");
}
