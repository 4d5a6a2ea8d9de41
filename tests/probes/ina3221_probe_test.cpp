// SPDX-License-Identifier: Apache-2.0
#include "probes/ina3221_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kChip = "/sys/class/hwmon/hwmon1/";
FakeFs jetson() {
  return FakeFs({{kChip + "name", "ina3221"},
                 {kChip + "in1_label", "VDD_IN"},
                 {kChip + "in1_input", "19000"},
                 {kChip + "curr1_input", "1500"},
                 {kChip + "curr1_crit_alarm", "0"},
                 {kChip + "curr1_max_alarm", "1"},
                 {kChip + "in2_label", "NC"},
                 {kChip + "in2_input", "0"},
                 {kChip + "curr2_input", "0"},
                 {kChip + "in7_label", "Sum of shunt voltages"}});
}
}  // namespace

TEST_CASE("a rail has volts, amperes and their product; its alarms are limiters") {
  FakeFs fs = jetson();
  const auto probe = make_ina3221(fs);
  Reading reading(*probe);
  CHECK(reading.value("rail.vdd_in.voltage") == 19.0);
  CHECK(reading.value("rail.vdd_in.current") == 1.5);
  CHECK(reading.value("rail.vdd_in.power") == 28.5);
  CHECK(reading.value("limiter.over-current.vdd_in_crit") == 0);
  CHECK(reading.value("limiter.over-current.vdd_in_max") == 1);
  CHECK(probe->channels().size() == 5);  // an input that is not connected is no rail
  fs.fail(kChip + "curr1_input", EIO);
  reading.again(2 * kSecond);
  CHECK(reading.state("rail.vdd_in.power") == State::error);
  CHECK(reading.value("rail.vdd_in.voltage") == 19.0);
}

TEST_CASE("other boards have no such rails") {
  FakeFs fs;
  CHECK_FALSE(make_ina3221(fs)->present());
}

TEST_CASE("rails survive any text") {
  survives_hostile_texts(jetson(),
                         {kChip + "in1_label", kChip + "in1_input", kChip + "curr1_input"},
                         [](HostFs& fs) { return make_ina3221(fs); });
}
