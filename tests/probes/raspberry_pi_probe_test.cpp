// SPDX-License-Identifier: Apache-2.0
#include "probes/raspberry_pi_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kWord = "/sys/devices/platform/soc/soc:firmware/get_throttled";
const std::string kChip = "/sys/class/hwmon/hwmon1/";
FakeFs pi() {
  return FakeFs(
      {{kWord, "50005\n"}, {kChip + "name", "rpi_volt"}, {kChip + "in0_lcrit_alarm", "1"}});
}
}  // namespace

TEST_CASE("the firmware's word becomes limiters by cause") {
  FakeFs fs = pi();
  const auto probe = make_raspberry_pi(fs);
  Reading reading(*probe);
  CHECK(reading.value("limiter.under-voltage.rpi_volt") == 1);
  CHECK(reading.value("limiter.under-voltage.firmware") == 1);
  CHECK(reading.value("limiter.thermal.firmware") == 0);  // throttled, but the supply is the cause
  CHECK(reading.value("rpi.throttled_since_boot") == 5);
  fs.set(kWord, "e0006");
  reading.again(2 * kSecond);
  CHECK(reading.value("limiter.under-voltage.firmware") == 0);
  CHECK(reading.value("limiter.thermal.firmware") == 1);
  CHECK(reading.value("rpi.throttled_since_boot") == 14);
}

TEST_CASE("bits") {
  CHECK_FALSE(decode_throttled(0).thermal);
  CHECK(decode_throttled(0x8).thermal);
  CHECK(decode_throttled(0x9).thermal);
  CHECK(decode_throttled(0x9).under_voltage);
  CHECK_FALSE(decode_throttled(0x50000).under_voltage);  // sticky bits are the past
}

TEST_CASE("another board has no such flags") {
  FakeFs fs({{kChip + "name", "k10temp"}, {kChip + "in0_lcrit_alarm", "0"}});
  const auto probe = make_raspberry_pi(fs);
  CHECK_FALSE(probe->present());
}

TEST_CASE("the Pi's flags survive any text") {
  survives_hostile_texts(pi(), {kWord, kChip + "in0_lcrit_alarm"},
                         [](HostFs& fs) { return make_raspberry_pi(fs); });
}
