// SPDX-License-Identifier: Apache-2.0
#include "probes/devfreq_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kTop = "/sys/class/devfreq/";
FakeFs rk3588() {
  return FakeFs({{kTop + "fdab0000.npu/cur_freq", "700000000"},
                 {kTop + "fdab0000.npu/max_freq", "1000000000"},
                 {kTop + "fdab0000.npu/available_frequencies", "300000000 1000000000 700000000\n"},
                 {kTop + "fdab0000.npu/load", "37@700000000Hz\n"}});
}
}  // namespace

TEST_CASE("a device is named by its role, with clock, cap, maximum and load") {
  FakeFs fs = rk3588();
  const auto probe = make_devfreq(fs);
  Reading reading(*probe);
  CHECK(reading.value("npu.frequency") == 7e8);
  CHECK(reading.value("npu.frequency_cap") == 1e9);
  CHECK(reading.value("npu.frequency_max") == 1e9);
  CHECK(reading.value("npu.load") == 37);
}

TEST_CASE("a Jetson's GPU load is in tenths of a per cent, at the device") {
  FakeFs fs({{kTop + "17000000.gpu/cur_freq", "816000000"},
             {"/sys/devices/platform/bus@0/17000000.gpu/load", "973"}});
  const auto probe = make_devfreq(fs);
  CHECK(Reading(*probe).value("gpu.load") == 97.3);
}

TEST_CASE("roles") {
  CHECK(devfreq_role("fb000000.gpu") == "gpu");
  CHECK(devfreq_role("17000000.ga10b") == "gpu");
  CHECK(devfreq_role("fdab0000.npu") == "npu");
  CHECK(devfreq_role("dmc") == "dram");
  CHECK(devfreq_role("15340000.vic") == "devfreq.15340000_vic");
}

TEST_CASE("loads and frequency lists parse, or are absent") {
  CHECK(parse_devfreq_load("0@1Hz") == 0.0);
  CHECK(parse_devfreq_load("55") == 55.0);
  CHECK_FALSE(parse_devfreq_load("101@1Hz"));
  CHECK_FALSE(parse_devfreq_load("@1Hz"));
  CHECK(parse_highest_frequency("3 9 5") == 9.0);
  CHECK_FALSE(parse_highest_frequency("fast"));
}

TEST_CASE("devfreq survives any text") {
  survives_hostile_texts(rk3588(),
                         {kTop + "fdab0000.npu/cur_freq", kTop + "fdab0000.npu/load",
                          kTop + "fdab0000.npu/available_frequencies"},
                         [](HostFs& fs) { return make_devfreq(fs); });
}
