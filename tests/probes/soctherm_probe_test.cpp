// SPDX-License-Identifier: Apache-2.0
#include "probes/soctherm_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kChip = "/sys/class/hwmon/hwmon2/";
FakeFs jetson(const std::string& soc) {
  return FakeFs({{kChip + "name", "soctherm_oc"},
                 {kChip + "oc1_event_cnt", "3"},
                 {kChip + "oc3_event_cnt", "27390"},
                 {"/proc/device-tree/compatible", std::string("nvidia,board\0", 13) + soc}});
}
}  // namespace

TEST_CASE("on Orin the counters are limiters by cause") {
  FakeFs fs = jetson("nvidia,tegra234");
  const auto probe = make_soctherm(fs);
  Reading reading(*probe);
  CHECK(reading.value("limiter.under-voltage.oc1") == 3);
  CHECK(reading.value("limiter.over-current.oc3") == 27390);
  CHECK(probe->channels().size() == 2);
}

TEST_CASE("on other chips they are counters without a cause") {
  FakeFs fs = jetson("nvidia,tegra194");
  const auto probe = make_soctherm(fs);
  CHECK(Reading(*probe).value("soctherm.oc1_events") == 3);
}

TEST_CASE("other boards have no such counters") {
  FakeFs fs;
  CHECK_FALSE(make_soctherm(fs)->present());
}

TEST_CASE("over-current counters survive any text") {
  survives_hostile_texts(jetson("nvidia,tegra234"), {kChip + "oc1_event_cnt", kChip + "name"},
                         [](HostFs& fs) { return make_soctherm(fs); });
}
