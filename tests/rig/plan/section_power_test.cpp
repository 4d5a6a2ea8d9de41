// SPDX-License-Identifier: Apache-2.0
//
// power of a [[board]] and of a [[phase]] (rig/plan/section_power.cpp).
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::fault;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

namespace {

const std::string kStrip =
    "[[instrument]]\nname = \"strip\"\nmap = \"waveshare-relay-8\"\nconnect = \"virtual\"\n";
std::string board(const std::string& name, const std::string& power) {
  return "[[board]]\nname = \"" + name + "\"\nsysroot = \"virtual:" + name + "\"\npower = { " +
         power + " }\n";
}

}  // namespace

TEST_CASE("a board's power is read, with its defaults") {
  const auto p = read_with(board("a", "relay = \"strip\"") +
                           board("b",
                                 "relay = \"strip\", channel = 2, off = \"3s\", "
                                 "off_below = 0.25, recover = 4") +
                           kStrip);
  INFO(messages(p));
  REQUIRE(p.ok());
  const PowerSpec first = p.spec.boards[0].power.value();
  CHECK(first.relay == "strip");
  CHECK(first.channel == 1);
  CHECK(first.off == 10 * kSecond);
  CHECK(first.off_below == 1.0);
  CHECK(first.recover == 0);
  const PowerSpec second = p.spec.boards[1].power.value();
  CHECK(second.channel == 2);
  CHECK(second.off == 3 * kSecond);
  CHECK(second.off_below == 0.25);
  CHECK(second.recover == 4);
}

TEST_CASE("power that cannot be is refused with the place") {
  CHECK(fault(board("a", "relay = \"strp\"") + kStrip) ==
        "power of board 'a' names instrument 'strp', which is not defined");
  CHECK(fault(board("a", "relay = \"strip\"") + board("b", "relay = \"strip\"") + kStrip) ==
        "boards 'a' and 'b' hang on the same switch");
  CHECK(fault(board("a", "channel = 1") + kStrip) == "[[board]] a power has no 'relay'");
  CHECK(fault(board("a", "relay = \"strip\", channel = 0") + kStrip) ==
        "[[board]] a power channel is out of range");
  CHECK(fault(board("a", "relay = \"strip\", of = \"1s\"") + kStrip) ==
        "unknown key 'of' in [[board]] a power");
  CHECK(fault("[[board]]\npower = { relay = \"strip\" }\n" + kStrip) ==
        "[[board]] local is the machine that runs soakrig, and has a power relay");
}

TEST_CASE("a phase may cut or cycle the power of boards that have a relay") {
  const std::string cold = "[[phase]]\nname = \"cold\"\nsoak = \"1h\"\n";
  const std::string rig = board("a", "relay = \"strip\"") + kStrip;
  const auto p = read_with(rig + cold + "work = []\npower = \"off\"\n" +
                           "[[phase]]\nname = \"start\"\nsoak = \"1h\"\nwork = [\"chat\"]\n" +
                           "power = \"cycle\"\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.phases.front().power == PhasePower::on);
  CHECK(p.spec.phases[p.spec.phases.size() - 2].power == PhasePower::off);
  CHECK(p.spec.phases.back().power == PhasePower::cycle);
  CHECK(fault(cold + "work = []\npower = \"off\"\n") ==
        "phase cold power = \"off\", but no board has a power relay");
  CHECK(fault(rig + cold + "work = [\"chat\"]\npower = \"off\"\n") ==
        "phase cold power = \"off\", but the phase has work");
  CHECK(fault(rig + cold + "work = []\npower = \"of\"\n") != "");
}

TEST_CASE("power by commands, and by labgrid") {
  const auto p = read_with(
      board("a", "on = [\"./plug\", \"on\"], off = [\"plug\", \"off\"], off_for = \"5s\", recover = 2") +
      "[[board]]\nname = \"b\"\nconnect = \"ssh://b\"\npower = \"labgrid:rack-7\"\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  const PowerSpec plug = p.spec.boards[0].power.value();
  CHECK(plug.relay.empty());
  CHECK(plug.on_argv == std::vector<std::string>{"dir/plug", "on"});
  CHECK(plug.off_argv == std::vector<std::string>{"plug", "off"});
  CHECK(plug.cycle_argv.empty());
  CHECK(plug.off == 5 * kSecond);
  CHECK(plug.recover == 2);
  const PowerSpec place = p.spec.boards[1].power.value();
  CHECK(place.labgrid == "rack-7");
  CHECK(place.off_argv ==
        std::vector<std::string>{"labgrid-client", "-p", "rack-7", "power", "off"});
}

TEST_CASE("power by commands that cannot be is refused") {
  CHECK(fault(board("a", "on = [\"plug\"]")) == "[[board]] a power has no 'off'");
  CHECK(fault(board("a", "on = [], off = [\"x\"]")) == "[[board]] a power on names no program");
  CHECK(fault(board("a", "on = [\"x\"], off = [\"x\"], relay = \"strip\"") + kStrip) ==
        "unknown key 'relay' in [[board]] a power");
  const auto named = [](const std::string& text) {
    return "[[board]]\nname = \"" + text.substr(0, 1) + "\"\nsysroot = \"virtual:" +
           text.substr(0, 1) + "\"\npower = \"" + text.substr(1) + "\"\n";
  };
  CHECK(fault(named("alabgrid:")) == "[[board]] a power 'labgrid:' is no supply");
  CHECK(fault(named("alabgrid:-x")) != "");
  CHECK(fault(named("astrip")) == "[[board]] a power 'strip' is no supply");
  CHECK(fault(named("alabgrid:p") + named("blabgrid:p")) ==
        "boards 'a' and 'b' are the same place of labgrid");
}
