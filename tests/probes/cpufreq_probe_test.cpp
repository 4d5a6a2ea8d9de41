// SPDX-License-Identifier: Apache-2.0
#include "probes/cpufreq_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

const std::string kPolicy = "/sys/devices/system/cpu/cpufreq/policy";

FakeFs board() {
  return FakeFs({{kPolicy + "0/scaling_cur_freq", "1800000\n"},
                 {kPolicy + "0/scaling_max_freq", "1800000\n"},
                 {kPolicy + "0/cpuinfo_max_freq", "1800000\n"},
                 {kPolicy + "10/scaling_cur_freq", "2208000\n"},
                 {kPolicy + "10/scaling_max_freq", "2208000\n"},
                 {kPolicy + "10/cpuinfo_max_freq", "2400000\n"}});
}

}  // namespace

TEST_CASE("clocks, caps and maxima per policy, in hertz") {
  FakeFs fs = board();
  const auto probe = make_cpufreq(fs);
  Reading reading(*probe);
  CHECK(reading.value("cpu.policy0.frequency") == 1.8e9);
  CHECK(reading.value("cpu.policy10.frequency") == 2.208e9);
  CHECK(reading.value("cpu.policy10.frequency_cap") == 2.208e9);
  CHECK(reading.value("cpu.policy10.frequency_max") == 2.4e9);
  CHECK(reading.value("cpu.frequency") == 2.208e9);
  CHECK(reading.info("cpu.frequency").unit == "Hz");
}

TEST_CASE("a policy that goes away with its cores leaves the others") {
  FakeFs fs = board();
  const auto probe = make_cpufreq(fs);
  fs.fail(kPolicy + "10/scaling_cur_freq", EIO);
  Reading reading(*probe);
  CHECK(reading.state("cpu.policy10.frequency") == State::error);
  CHECK(reading.value("cpu.frequency") == 1.8e9);
  fs.remove(kPolicy + "0/scaling_cur_freq");
  reading.again(2 * kSecond);
  CHECK(reading.state("cpu.frequency") == State::error);
}

TEST_CASE("a negative clock is an error") {
  FakeFs fs = board();
  fs.set(kPolicy + "0/scaling_cur_freq", "-5");
  const auto probe = make_cpufreq(fs);
  CHECK(Reading(*probe).state("cpu.policy0.frequency") == State::error);
}

TEST_CASE("a machine without cpufreq announces cpu.frequency as absent") {
  FakeFs fs;
  const auto probe = make_cpufreq(fs);
  CHECK_FALSE(probe->present());
  Reading reading(*probe);
  CHECK(reading.state("cpu.frequency") == State::no_data);
  CHECK(reading.info("cpu.frequency").reason.find("cpufreq") != std::string::npos);
}

TEST_CASE("clocks survive any text") {
  survives_hostile_texts(board(), {kPolicy + "0/scaling_cur_freq", kPolicy + "10/scaling_max_freq"},
                         [](HostFs& fs) { return make_cpufreq(fs); });
}
