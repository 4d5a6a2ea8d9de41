// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "rig/instruments/register_map.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

const std::string kHead = R"([map]
name = "m"
title = "M"
kind = "meter"
source = "manual"
)";
const std::string kPower = R"([[point]]
name = "power"
address = 10
type = "f32"
unit = "W"
source = "manual p1"
)";

Error fault(const std::string& text) {
  const auto map = parse_register_map(text, "x.toml");
  REQUIRE_FALSE(map);
  return map.error();
}

}  // namespace

TEST_CASE("a small map is read whole") {
  const auto map =
      parse_register_map(kHead + "word_order = \"cdab\"\nmax_registers = 80\n" + kPower +
                             "[[block]]\nname = \"all\"\nstart = 8\ncount = 8\n",
                         "x.toml");
  REQUIRE(map);
  CHECK(map->name == "m");
  CHECK(map->kind == MapKind::meter);
  CHECK(map->max_registers == 80);
  const Point* power = map->find("power");
  REQUIRE(power != nullptr);
  CHECK(power->order == WordOrder::cdab);
  CHECK(power->length == 2);
  CHECK_FALSE(power->writable());
  CHECK_FALSE(power->verified);
  REQUIRE(map->block_of(*power) != nullptr);
  CHECK(map->block_of(*power)->start == 8);
  CHECK(map->find("energy") == nullptr);
}

TEST_CASE("points that overlap are refused at the later line, naming the other") {
  const Error error = fault(kHead + kPower + R"([[point]]
name = "voltage"
address = 11
type = "f32"
source = "manual p1"
)");
  CHECK(error.file == "x.toml");
  CHECK(error.line == 12);
  CHECK(error.what == "points 'power' and 'voltage' overlap at register 11");
  // The same registers in the other area are other registers.
  CHECK(parse_register_map(kHead + kPower +
                               "[[point]]\nname = \"v\"\naddress = 11\ntype = \"f32\"\n"
                               "area = \"input\"\nsource = \"s\"\n",
                           "x.toml"));
}

TEST_CASE("an unknown key is refused with the nearest known one") {
  const Error error = fault(kHead + kPower + "scael = 0.1\n");
  CHECK(error.line == 12);
  CHECK(error.what == "point: unknown key 'scael'");
  CHECK(error.remedy == "did you mean 'scale'?");
}

TEST_CASE("what cannot be is refused where it stands") {
  const auto line_of_power = [](const std::string& extra) {
    return fault(kHead + kPower + extra).line;
  };
  CHECK(line_of_power("scale = 0.0\n") == 12);
  CHECK(line_of_power("min = 5.0\nmax = 4.0\n") == 12);
  CHECK(line_of_power("access = \"x\"\n") == 12);
  CHECK(line_of_power("length = 2\n") == 12);
  CHECK(line_of_power("scale = nan\n") == 12);
  CHECK(line_of_power("codes = { a = 65536 }\n") == 12);
  CHECK(line_of_power("area = \"input\"\naccess = \"rw\"\n") == 13);
  CHECK(line_of_power("[[block]]\nname = \"b\"\nstart = 10\ncount = 126\n") == 15);
  CHECK(line_of_power("[[block]]\nname = \"b\"\nstart = 50\ncount = 2\n") == 12);
  CHECK(line_of_power(
            "[[point]]\nname = \"p\"\naddress = 65535\ntype = \"f32\"\nsource = \"s\"\n") == 14);
  CHECK(line_of_power(
            "[[point]]\nname = \"p\"\naddress = 65536\ntype = \"u16\"\nsource = \"s\"\n") == 14);
  CHECK(line_of_power("[[point]]\nname = \"P 1\"\naddress = 1\ntype = \"u16\"\nsource = \"s\"\n") ==
        13);
  CHECK(line_of_power("[[point]]\nname = \"p\"\naddress = 1\ntype = \"u16\"\n") == 12);
  CHECK(line_of_power(
            "[[point]]\nname = \"power\"\naddress = 1\ntype = \"u16\"\nsource = \"s\"\n") == 12);
  CHECK(line_of_power("[[point]]\nname = \"t\"\naddress = 1\ntype = \"text\"\nsource = \"s\"\n") ==
        12);
}

TEST_CASE("text that is no map at all is refused with its line") {
  CHECK(fault("[map\n").line == 1);
  CHECK(fault("[map]\nname = " + std::string(100'000, '[')).line == 2);
  CHECK(fault("\n[=\n").line == 2);
  CHECK(fault("\n\nx = = 1\n").line == 3);
  CHECK(fault(kPower).what == "no [map] table");
  CHECK(fault("map = 1\n").what == "no [map] table");
  CHECK(fault(kHead + "[point]\nname = \"x\"\n").what == "write [[point]]");
  CHECK(fault(kHead).what == "a meter needs a readable point 'power'");
}

TEST_CASE("a chamber must be identified, and its orders must be words it knows") {
  const std::string head = R"([map]
name = "c"
title = "C"
kind = "chamber"
source = "manual"
)";
  const std::string points = R"([[point]]
name = "temperature"
address = 1
type = "s16"
unit = "Cel"
source = "s"
[[point]]
name = "set_point"
address = 2
type = "s16"
access = "rw"
unit = "Cel"
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
  const std::string identify = "[identify]\npoint = \"part\"\naccept = [\"F4\"]\n";
  CHECK(parse_register_map(head + points + identify, "x"));
  CHECK(fault(head + points).what == "no [identify] table");
  CHECK(fault(head + points + "[identify]\npoint = \"nobody\"\n").what ==
        "identify: there is no point 'nobody'");
  CHECK(fault(head + points + identify + "required = false\n").what ==
        "identify: a chamber must be identified");
  CHECK(fault(head + points + identify + "order_probe = \"temperature\"\n").what ==
        "identify: order_probe must be an f32 with min and max");
  CHECK(fault(head + points + identify +
              "[[point]]\nname = \"mode\"\naddress = 3\ntype = \"u16\"\nsource = \"s\"\n")
            .what == "point 'mode' needs codes named 'off' and 'auto'");
}
