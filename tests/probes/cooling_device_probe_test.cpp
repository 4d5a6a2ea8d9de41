// SPDX-License-Identifier: Apache-2.0
#include "probes/cooling_device_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

const std::string kDevice = "/sys/class/thermal/cooling_device";

FakeFs board() {
  return FakeFs({{kDevice + "0/type", "thermal-cpufreq-0\n"},
                 {kDevice + "0/cur_state", "2\n"},
                 {kDevice + "1/type", "pwm-fan\n"},
                 {kDevice + "1/cur_state", "3\n"},
                 {kDevice + "2/type", "TCC Offset\n"},
                 {kDevice + "2/cur_state", "10\n"}});
}

}  // namespace

TEST_CASE("a device that throttles is a thermal limiter, a fan is not") {
  FakeFs fs = board();
  const auto probe = make_cooling_device(fs);
  Reading reading(*probe);
  CHECK(reading.value("limiter.thermal.thermal-cpufreq-0_state") == 2);
  CHECK(reading.info("limiter.thermal.thermal-cpufreq-0_state").unit == "{state}");
  CHECK(reading.value("fan.pwm-fan.state") == 3);
  CHECK(reading.value("cooling.tcc_offset.state") == 10);
}

TEST_CASE("several devices of one type are one channel, the highest state of them") {
  FakeFs fs({{kDevice + "0/type", "Processor"},
             {kDevice + "0/cur_state", "0"},
             {kDevice + "1/type", "Processor"},
             {kDevice + "1/cur_state", "4"},
             {kDevice + "2/type", "Processor"},
             {kDevice + "2/cur_state", "1"}});
  const auto probe = make_cooling_device(fs);
  Reading reading(*probe);
  CHECK(reading.value("limiter.thermal.processor_state") == 4);
  CHECK(probe->channels().size() == 1);
  fs.fail(kDevice + "1/cur_state", EIO);
  reading.again(2 * kSecond);
  CHECK(reading.value("limiter.thermal.processor_state") == 1);
  fs.fail(kDevice + "0/cur_state", EIO);
  fs.fail(kDevice + "2/cur_state", EIO);
  reading.again(3 * kSecond);
  CHECK(reading.state("limiter.thermal.processor_state") == State::error);
}

TEST_CASE("a device that is off below zero asserts nothing") {
  FakeFs fs({{kDevice + "0/type", "intel_powerclamp"}, {kDevice + "0/cur_state", "-1"}});
  const auto probe = make_cooling_device(fs);
  CHECK(Reading(*probe).value("limiter.thermal.intel_powerclamp_state") == 0);
}

TEST_CASE("without a throttling device the limiter is announced as absent") {
  FakeFs fs({{kDevice + "0/type", "Fan"}, {kDevice + "0/cur_state", "1"}});
  const auto probe = make_cooling_device(fs);
  Reading reading(*probe);
  CHECK(reading.value("fan.fan.state") == 1);
  CHECK(reading.state("limiter.thermal.cooling_state") == State::no_data);
  CHECK_FALSE(reading.info("limiter.thermal.cooling_state").reason.empty());
  FakeFs nothing;
  CHECK_FALSE(make_cooling_device(nothing)->present());
}

TEST_CASE("what a type is") {
  for (const char* type : {"thermal-cpufreq-0", "cpufreq-cpu0", "Processor", "thermal-devfreq-0",
                           "17000000.gpu", "intel_powerclamp", "cpu-throttle-alert"}) {
    CHECK(cooling_kind(type) == CoolingKind::throttle);
  }
  for (const char* type : {"pwm-fan", "Fan", "gpio-fan", "cpu-fan"}) {
    CHECK(cooling_kind(type) == CoolingKind::fan);
  }
  for (const char* type : {"LCD", "iwlwifi", "TCC Offset", ""}) {
    CHECK(cooling_kind(type) == CoolingKind::other);
  }
}

TEST_CASE("cooling devices survive any text") {
  survives_hostile_texts(board(), {kDevice + "0/type", kDevice + "0/cur_state"},
                         [](HostFs& fs) { return make_cooling_device(fs); });
}
