// SPDX-License-Identifier: Apache-2.0
#include "probes/hwmon_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kChip = "/sys/class/hwmon/hwmon0/";
FakeFs chip() {
  return FakeFs({{kChip + "name", "nct6775"},
                 {kChip + "temp1_input", "45500"},
                 {kChip + "temp1_label", "CPUTIN"},
                 {kChip + "temp1_crit_alarm", "0"},
                 {kChip + "temp1_fault", "1"},
                 {kChip + "in0_input", "912"},
                 {kChip + "curr1_input", "-1500"},
                 {kChip + "power1_average", "25000000"},
                 {kChip + "fan2_input", "2310"},
                 {kChip + "pwm1", "128"},
                 {kChip + "temp1_max", "80000"}});
}
}  // namespace

TEST_CASE("inputs become channels in SI units, named by chip and label") {
  FakeFs fs = chip();
  const auto probe = make_hwmon(fs);
  Reading reading(*probe);
  CHECK(reading.value("hwmon.nct6775.cputin.temperature") == 45.5);
  CHECK(reading.value("hwmon.nct6775.in0.voltage") == 0.912);
  CHECK(reading.value("hwmon.nct6775.curr1.current") == -1.5);
  CHECK(reading.value("hwmon.nct6775.power1.power") == 25.0);
  CHECK(reading.value("hwmon.nct6775.fan2.speed") == 2310);
  CHECK(reading.value("hwmon.nct6775.cputin.alarm") == 1);  // the fault, beside an alarm at rest
  CHECK(probe->channels().size() == 6);                     // limits and settings are no readings
}

TEST_CASE("chips of one driver have names of their own, and some have their own probes") {
  FakeFs fs({{"/sys/class/hwmon/hwmon0/name", "nvme"},
             {"/sys/class/hwmon/hwmon0/temp1_input", "1000"},
             {"/sys/class/hwmon/hwmon1/name", "nvme"},
             {"/sys/class/hwmon/hwmon1/temp1_input", "2000"},
             {"/sys/class/hwmon/hwmon2/name", "ina3221"},
             {"/sys/class/hwmon/hwmon2/in1_input", "3"}});
  const auto probe = make_hwmon(fs);
  Reading reading(*probe);
  CHECK(reading.value("hwmon.nvme.temp1.temperature") == 1);
  CHECK(reading.value("hwmon.nvme_2.temp1.temperature") == 2);
  CHECK(probe->channels().size() == 2);
}

TEST_CASE("an input that fails is an error, one without data is absent") {
  FakeFs fs = chip();
  const auto probe = make_hwmon(fs);
  fs.fail(kChip + "temp1_input", EIO);
  fs.fail(kChip + "in0_input", ENODATA);
  Reading reading(*probe);
  CHECK(reading.state("hwmon.nct6775.cputin.temperature") == State::error);
  CHECK(reading.state("hwmon.nct6775.in0.voltage") == State::no_data);
}

TEST_CASE("a tree with a thousand inputs costs a bound") {
  FakeFs fs({{kChip + "name", "flood"}});
  for (int i = 0; i < 999; ++i) fs.set(kChip + "temp" + std::to_string(i) + "_input", "1");
  CHECK(make_hwmon(fs)->channels().size() == 512);
}

TEST_CASE("hwmon survives any text") {
  survives_hostile_texts(chip(), {kChip + "name", kChip + "temp1_label", kChip + "temp1_input"},
                         [](HostFs& fs) { return make_hwmon(fs); });
}
