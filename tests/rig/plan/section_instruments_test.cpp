// SPDX-License-Identifier: Apache-2.0
//
// [chamber], [[instrument]] and [virtual] (rig/plan/section_instruments.cpp).
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::fault;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read_with;

namespace {
const std::string kChamber = "[chamber]\nconnect = \"virtual\"\n";
}  // namespace

TEST_CASE("a chamber is read with its envelope and its limits") {
  const auto p = read_with(
      "[chamber]\nmap = \"maps/x.toml\"\nconnect = \"tcp://10.0.0.7:502?unit=1\"\n"
      "safe = { temperature = 23.0 }\n"
      "limits = { low = -40.0, high = 90.0, \"chamber.humidity\" = { max = 80, action = \"trip\" } "
      "}\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  REQUIRE(p.spec.chamber);
  CHECK(p.spec.chamber->map == "dir/maps/x.toml");
  CHECK(p.spec.chamber->connect == "tcp://10.0.0.7:502?unit=1");
  CHECK(p.spec.chamber->safe_temperature == 23.0);
  CHECK(p.spec.chamber->low == -40.0);
  CHECK(p.spec.chamber->high == 90.0);
  REQUIRE(p.spec.chamber->limits.size() == 1);
  CHECK(p.spec.chamber->limits[0].channel == "chamber.humidity");
  CHECK(p.spec.chamber->limits[0].action == LimitAction::trip);
  CHECK(read_with(kChamber).spec.chamber->map == "watlow-f4t");
}

TEST_CASE("addresses are those of transports that exist") {
  const auto connect = [](const std::string& text) {
    return fault("[chamber]\nconnect = \"" + text + "\"\n");
  };
  for (const char* good : {"virtual", "virtual:bench.json", "tcp://host", "tcp://10.0.0.7:502",
                           "tcp://[::1]:502?unit=3", "tcp://[::1]"}) {
    INFO(good);
    CHECK(connect(good) == "");
  }
  for (const char* bad :
       {"virtual:", "tcp://", "tcp://:502", "tcp://host:0", "tcp://host:70000", "tcp://host:x",
        "tcp://a b", "tcp://[::1", "tcp://[]:1", "tcp://[::1]x", "http://host", "host"}) {
    INFO(bad);
    CHECK(connect(bad) == "[chamber] connect '" + std::string(bad) + "' is no address");
  }
  for (const char* good : {"rtu:///dev/ttyUSB0?baud=9600", "rtu+tcp://host:1?unit=3"}) {
    INFO(good);
    CHECK(read_with("[chamber]\nconnect = \"" + std::string(good) + "\"\n").spec.chamber->connect ==
          good);
  }
  for (const char* bad : {"rtu://ttyUSB0", "rtu:///", "rtu+tcp://host", "rtu+tcp://:1"}) {
    INFO(bad);
    CHECK(connect(bad) == "[chamber] connect '" + std::string(bad) + "' is no address");
  }
  CHECK(fault("[chamber]\nmap = \"watlow-f4t\"\n") == "[chamber] has no 'connect'");
  CHECK(read_with("[chamber]\nconnect = \"virtual:b.json\"\n").spec.chamber->connect ==
        "virtual:dir/b.json");
}

TEST_CASE("the chamber's envelope is consistent") {
  CHECK(fault(kChamber + "limits = { low = 10, high = 20 }\n") == "");
  CHECK(fault(kChamber + "limits = { low = 20, high = 10 }\n") ==
        "[chamber] limits: low is not below high");
  CHECK(fault(kChamber + "limits = { lo = 20 }\n") == "unknown key 'lo' in [chamber] limits");
  CHECK(fault(kChamber + "limits = { temperature = 20 }\n") ==
        "[chamber] limit on 'temperature' is a bare number");
  CHECK(fault(kChamber + "safe = { temperature = 90 }\nlimits = { low = 0, high = 50 }\n") ==
        "[chamber] safe temperature is outside the chamber's limits");
  CHECK(fault(kChamber + "safe = {}\n") == "[chamber] safe has no 'temperature'");
  CHECK(fault(kChamber + "limits = { low = -300 }\n") == "[chamber] limits low is out of range");
}

TEST_CASE("instruments name a map, an address and a board that exists") {
  const auto p = read_with(
      "[[instrument]]\nname = \"meter\"\nmap = \"sdm120\"\nconnect = \"virtual\"\nboard = "
      "\"local\"\n"
      "accuracy = \"0.5%\"\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  REQUIRE(p.spec.instruments.size() == 1);
  CHECK(p.spec.instruments[0].name == "meter");
  CHECK(p.spec.instruments[0].map == "sdm120");
  CHECK(p.spec.instruments[0].connect == "virtual");
  CHECK(p.spec.instruments[0].board == "local");
  CHECK(p.spec.instruments[0].accuracy == 0.005);
  const std::string good = "map = \"sdm120\"\nconnect = \"virtual\"\n";
  CHECK(fault("[[instrument]]\n" + good) == "[[instrument]] has no 'name'");
  CHECK(fault("[[instrument]]\nname = \"m\"\nboard = \"x\"\n" + good) ==
        "[[instrument]] names board 'x', which is not defined");
  CHECK(fault("[[instrument]]\nname = \"m\"\n" + good + "[[instrument]]\nname = \"m\"\n" + good) ==
        "two instruments are called 'm'");
  CHECK(fault("[[instrument]]\nname = \"m\"\nmap = \"x\"\n") == "[[instrument]] has no 'connect'");
  CHECK(fault("[[instrument]]\nname = \"m\"\naccuracy = 0.5\n" + good) ==
        "[[instrument]] accuracy is a bare number");
}

TEST_CASE("an instrument may be a program with its gauges") {
  const std::string head = "[[instrument]]\nname = \"m\"\n", exec = "exec = [\"./read\", \"-x\"]\n";
  const auto p = read_with(
      head + exec + "gauges = [\"power:W\", \"t_1:Cel\"]\nperiod = \"5s\"\nboard = \"local\"\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  const InstrumentSpec& spec = p.spec.instruments.at(0);
  CHECK(spec.exec == std::vector<std::string>{"dir/read", "-x"});
  REQUIRE(spec.gauges.size() == 2);
  CHECK(spec.gauges[1].name == "t_1");
  CHECK(spec.gauges[1].unit == "Cel");
  CHECK(spec.period == 5 * kSecond);
  CHECK(fault(head + exec) == "[[instrument]] needs 1 to 32 gauges");
  const std::string gauges = "gauges = [\"power:W\"]\n";
  CHECK(fault(head + exec + gauges + "map = \"x\"\n") == "[[instrument]] has exec and map");
  CHECK(fault(head + gauges + "map = \"x\"\nconnect = \"virtual\"\n") ==
        "[[instrument]] has gauges, but no exec");
  for (const char* bad : {"power", "power:", ":W", "a.b:W", "Power:W", "power:a b"}) {
    CHECK(fault(head + exec + "gauges = [\"" + bad + "\"]\n") ==
          "[[instrument]] gauges: '" + std::string(bad) + "' is no gauge");
  }
  CHECK(fault(head + exec + "gauges = [\"power:W\", \"power:W\"]\n") ==
        "[[instrument]] gauges: 'power:W' is there twice");
}

TEST_CASE("an instrument has limits of its own and a calibration") {
  const std::string head =
      "[[instrument]]\nname = \"m\"\nmap = \"sdm120\"\nconnect = \"virtual\"\n";
  const auto p = read_with(head +
                           "limits = { \"m.power\" = { max = 30.0, action = \"trip\" } }\n"
                           "calibration = { date = \"2026-02-28\", due = \"2027-02-28\", "
                           "certificate = \"K-77\" }\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  const InstrumentSpec& spec = p.spec.instruments.at(0);
  REQUIRE(spec.limits.size() == 1);
  CHECK(spec.limits[0].channel == "m.power");
  CHECK(spec.limits[0].action == LimitAction::trip);
  REQUIRE(spec.calibration);
  CHECK(spec.calibration->due == "2027-02-28");
  CHECK(spec.calibration->certificate == "K-77");
  for (const char* bad : {"2026-02-29", "2026-2-28", "28.02.2026", "2026-13-01", "tomorrow"}) {
    CHECK(fault(head + "calibration = { date = \"" + bad + "\" }\n") ==
          "[[instrument]] calibration date '" + std::string(bad) + "' is no date");
  }
  CHECK(fault(head + "calibration = { date = \"2026-02-28\", due = \"2026-02-27\" }\n") ==
        "[[instrument]] calibration is due before it was made");
  CHECK(fault(head + "calibration = {}\n") == "[[instrument]] calibration has no 'date'");
  CHECK(fault(head + "limits = { \"m.power\" = 3.0 }\n") ==
        "[[instrument]] limit on 'm.power' is a bare number");
}

TEST_CASE("[virtual] makes trouble in what is virtual only") {
  const std::string board = "[[board]]\nsysroot = \"virtual\"\n";
  const auto p =
      read_with(board + "[virtual]\nfaults = [\"crash:chat@10s\", \"chamber-stall@5s+2s\"]\n");
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.virtual_bench.faults ==
        std::vector<std::string>{"crash:chat@10s", "chamber-stall@5s+2s"});
  CHECK(fault("[virtual]\nfaults = [\"crash:chat@10s\"]\n") ==
        "[virtual] stands here, but nothing in this profile is virtual");
  CHECK(fault(board + "[virtual]\nfaults = [\"crash:chatt@10s\"]\n") ==
        "[virtual] faults: 'crash:chatt@10s' names workload 'chatt', which is not defined");
  CHECK(fault(board + "[virtual]\nfaults = [\"crsh:chat@10s\"]\n") ==
        "[virtual] faults: no fault is called 'crsh'");
}
