// SPDX-License-Identifier: Apache-2.0
#include "rig/app/power_cuts.hpp"

#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::app;

TEST_CASE("A guard gets its commands by their whole path, from wherever it runs") {
  const auto found = for_guard({"sh", "-c", "exit 0"});
  CHECK(found[0].starts_with('/'));
  CHECK(::access(found[0].c_str(), X_OK) == 0);
  CHECK(found[2] == "exit 0");
  CHECK(for_guard({"./plug", "off"})[0].starts_with('/'));
  CHECK(for_guard({"/opt/plug", "off"}) == std::vector<std::string>{"/opt/plug", "off"});
}

TEST_CASE("Each board that a command feeds is cut by it, and those on relays by registers") {
  RunSpec spec;
  spec.boards.resize(3);
  spec.boards[0].name = "plugged";
  spec.boards[0].power.emplace();
  spec.boards[0].power->off_argv = {"sh", "off"};
  spec.boards[1].name = "relayed";
  spec.boards[1].power.emplace();
  spec.boards[1].power->relay = "strip";
  spec.boards[2].name = "neither";
  InstrumentSpec strip;
  strip.name = "strip";
  strip.map = "waveshare-relay-8";
  strip.connect = "tcp://127.0.0.1:1502?unit=1";
  spec.instruments = {strip};
  const auto commands = commands_off(spec);
  REQUIRE(commands.size() == 1);
  CHECK(commands[0].board == "plugged");
  CHECK(commands[0].argv.back() == "off");
  const auto steps = relays_off(spec);
  REQUIRE(steps);
  REQUIRE(steps->size() == 1);
  CHECK((*steps)[0].name == "power of board relayed off");
}
