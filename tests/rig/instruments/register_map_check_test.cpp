// SPDX-License-Identifier: Apache-2.0
//
// What no single key of a map can show, and what a wrong one would cost: a temperature in the wrong
// unit, a set point without a limit, a device that nothing proves.
#include <string>

#include "rig/instruments/register_map.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

const std::string kChamber = R"([map]
name = "c"
title = "C"
kind = "chamber"
source = "manual"
[[point]]
name = "temperature"
address = 1
type = "s16"
unit = "Cel"
source = "s"
[[point]]
name = "set_point"
address = 2
type = "s16"
unit = "Cel"
access = "rw"
min = -40.0
max = 90.0
source = "s"
[[point]]
name = "part"
address = 10
type = "text"
length = 4
source = "s"
)";
const std::string kIdentify = "[identify]\npoint = \"part\"\naccept = [\"F4\"]\n";

std::string fault(const std::string& text) {
  const auto map = parse_register_map(text, "x.toml");
  if (map) return "accepted";
  CHECK(map.error().file == "x.toml");
  CHECK(map.error().line > 0);
  return map.error().what;
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}
std::string point(const std::string& keys) { return "[[point]]\nsource = \"s\"\n" + keys; }

}  // namespace

TEST_CASE("a temperature in anything but Celsius is refused, wherever a driver would read it") {
  CHECK(fault(kChamber + kIdentify) == "accepted");
  CHECK(fault(replaced(kChamber, "unit = \"Cel\"", "unit = \"[degF]\"") + kIdentify) ==
        "point 'temperature' must be in Cel, not in '[degF]'");
  CHECK(fault(kChamber + kIdentify +
              point("name = \"humidity\"\naddress = 5\ntype = \"u16\"\nunit = \"1\"\n")) ==
        "point 'humidity' must be in %, not in '1'");
}

TEST_CASE("a set point needs its limits, and a chamber something that proves it") {
  CHECK(fault(replaced(kChamber, "min = -40.0\n", "") + kIdentify) ==
        "point 'set_point' needs min and max");
  CHECK(fault(kChamber) == "no [identify] table");
  CHECK(fault(kChamber + "[identify]\npoint = \"part\"\nrequired = false\n") ==
        "identify: a chamber must be identified");
  CHECK(fault(kChamber + "[identify]\nsame = [\"temperature\"]\n") ==
        "identify: a chamber must be identified");
  CHECK(fault(kChamber + "[identify]\nsame = [\"temperature\", \"part\"]\n") ==
        "identify: 'part' is a text; 'same' compares numbers");
  CHECK(fault(kChamber + "[identify]\nprove = [\"temperature\"]\n") ==
        "identify: 'temperature' has no codes to prove anything by");
  CHECK(fault(kChamber + "[identify]\nsame = [\"temperature\", \"set_point\"]\n") == "accepted");
  CHECK(fault(kChamber + kIdentify + "units = \"part\"\n") ==
        "identify: the units point needs a code named 'celsius'");
  CHECK(fault(kChamber + kIdentify + "serial = \"nobody\"\n") ==
        "identify: there is no point 'nobody'");
}

TEST_CASE("half a timer is none") {
  const auto word = [](const std::string& name, int address, const std::string& codes,
                       const std::string& access = "r") {
    return point("name = \"" + name + "\"\naddress = " + std::to_string(address) +
                 "\ntype = \"u16\"\naccess = \"" + access + "\"\ncodes = { " + codes + " }\n");
  };
  const std::string mode = word("mode", 40, "auto = 0, off = 1", "rw");
  const std::string type = word("timer_type", 41, "dwell = 1"),
                    end = word("timer_end", 42, "off = 0");
  const std::string status = word("timer_status", 43, "reset = 0, run = 1", "rw");
  const std::string dwell = point(
      "name = \"timer_dwell\"\naddress = 44\ntype = \"u16\"\nunit = \"s\"\naccess = \"rw\"\n");
  const std::string base = kChamber + kIdentify + mode;
  CHECK(fault(base + type + end + status + dwell) == "accepted");
  for (const std::string& part : {type + end + status, type + end + dwell, status + dwell}) {
    CHECK(fault(base + part) ==
          "a timer needs timer_type, timer_end, timer_status and timer_dwell");
  }
  CHECK(fault(base + type + word("timer_end", 42, "dwell = 1") + status + dwell) ==
        "point 'timer_end' needs a code named 'off'");
  CHECK(fault(base + type + end + word("timer_status", 43, "reset = 0, run = 1") + dwell) ==
        "a timer needs a timer_status to write and a mode to end in off");
  CHECK(fault(base + type + end + status + replaced(dwell, "unit = \"s\"", "unit = \"ms\"")) ==
        "point 'timer_dwell' must be in s, not in 'ms'");
}

TEST_CASE("registers are shared by bits and by orders, and by nothing else") {
  const std::string base = kChamber + kIdentify;
  const auto bit = [](const std::string& name, int n) {
    return point("name = \"" + name +
                 "\"\naddress = 20\ntype = \"bit\"\nbit = " + std::to_string(n) + "\n");
  };
  CHECK(fault(base + bit("a", 0) + bit("b", 5)) == "accepted");
  CHECK(fault(base + bit("a", 5) + bit("b", 5)) == "points 'a' and 'b' overlap at register 20");
  const std::string order = point("name = \"o\"\naddress = 2\ntype = \"u16\"\naccess = \"w\"\n");
  CHECK(fault(base + order) == "accepted");
  // A long point in front does not hide an overlap behind its neighbour.
  CHECK(fault(base + point("name = \"l\"\naddress = 9\ntype = \"f64\"\n")) ==
        "points 'l' and 'part' overlap at register 10");
}

TEST_CASE("decimals are of whole numbers, and are there to be read") {
  const std::string base =
      replaced(kChamber, "unit = \"Cel\"\n", "unit = \"Cel\"\ndecimals = \"d\"\n") + kIdentify;
  CHECK(fault(base) == "decimals of 'temperature': there is no readable u16 'd'");
  CHECK(fault(base + point("name = \"d\"\naddress = 30\ntype = \"u16\"\n")) == "accepted");
  CHECK(fault(base + point("name = \"d\"\naddress = 30\ntype = \"f32\"\n")) ==
        "decimals of 'temperature': there is no readable u16 'd'");
}

TEST_CASE("a relay's switches say which word is which") {
  const std::string head = "[map]\nname = \"r\"\ntitle = \"R\"\nkind = \"relay\"\nsource = \"s\"\n";
  CHECK(fault(head) == "a relay needs a readable point 'switch1'");
  CHECK(fault(head + point("name = \"switch1\"\naddress = 1\ntype = \"u16\"\naccess = \"rw\"\n")) ==
        "point 'switch1' needs codes named 'off' and 'on'");
  CHECK(fault(head + point("name = \"switch1\"\naddress = 1\narea = \"coil\"\ntype = \"bit\"\n")) ==
        "point 'switch1' must have access = \"rw\"");
  CHECK(fault(head + point("name = \"switch1\"\naddress = 1\narea = \"coil\"\ntype = \"bit\"\n"
                           "access = \"rw\"\n")) == "accepted");
  CHECK(fault(head + point("name = \"switch1\"\naddress = 1\narea = \"coil\"\ntype = \"f32\"\n"
                           "access = \"rw\"\n"))
            .find("a coil") != std::string::npos);
}
