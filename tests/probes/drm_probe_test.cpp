// SPDX-License-Identifier: Apache-2.0
#include "probes/drm_probe.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kGt = "/sys/class/drm/card0/gt/gt0/";
FakeFs laptop() {
  return FakeFs({{kGt + "rps_act_freq_mhz", "350"},
                 {kGt + "throttle_reason_pl1", "1"},
                 {kGt + "throttle_reason_thermal", "0"},
                 {kGt + "throttle_reason_status", "1"},
                 {"/sys/class/drm/card0-HDMI-A-1/status", "connected"},
                 {"/sys/class/drm/card1/device/gpu_busy_percent", "3"}});
}
}  // namespace

TEST_CASE("graphics clocks, loads and reasons by cause") {
  FakeFs fs = laptop();
  const auto probe = make_drm(fs);
  Reading reading(*probe);
  CHECK(reading.value("drm.card0.gt0.frequency") == 3.5e8);
  CHECK(reading.value("limiter.power-cap.card0_gt0_pl1") == 1);
  CHECK(reading.value("limiter.thermal.card0_gt0_thermal") == 0);
  CHECK(reading.value("drm.card1.load") == 3);
  CHECK(probe->channels().size() == 4);  // the status is the sum of its reasons
}

TEST_CASE("a board without PC graphics says so") {
  FakeFs fs;
  CHECK_FALSE(make_drm(fs)->present());
}

TEST_CASE("graphics survive any text") {
  survives_hostile_texts(laptop(), {kGt + "rps_act_freq_mhz", kGt + "throttle_reason_pl1"},
                         [](HostFs& fs) { return make_drm(fs); });
}
