// SPDX-License-Identifier: Apache-2.0
#include "probes/hwmon_chips.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig::probes;

TEST_CASE("an attribute's name comes apart, or not at all") {
  const auto a = parse_hwmon_attribute("temp12_crit_alarm");
  CHECK(a.kind == "temp");
  CHECK(a.index == 12);
  CHECK(a.item == "crit_alarm");
  for (const char* name : {"name", "temp_input", "1_input", "temp1", "temp1x_input", "_", "",
                           "temp9999_input", "update_interval2"}) {
    INFO(name);
    CHECK(parse_hwmon_attribute(name).index == -1);
  }
  for (const std::string& text : hostile_texts()) CHECK(parse_hwmon_attribute(text).index == -1);
}

TEST_CASE("chips are found by their name files") {
  FakeFs fs({{"/sys/class/hwmon/hwmon10/name", "b\n"},
             {"/sys/class/hwmon/hwmon2/name", "a\n"},
             {"/sys/class/hwmon/hwmon3/temp1_input", "1"}});
  const auto chips = hwmon_chips(fs);
  REQUIRE(chips.size() == 2);
  CHECK(chips[0].driver == "a");
  CHECK(chips[1].directory == "/sys/class/hwmon/hwmon10");
}
