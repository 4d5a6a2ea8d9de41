// SPDX-License-Identifier: Apache-2.0
#include "probes/thermal_throttle_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kCpu = "/sys/devices/system/cpu/cpu";
FakeFs two_packages() {
  FakeFs fs;
  for (int cpu = 0; cpu < 4; ++cpu) {
    const std::string base = kCpu + std::to_string(cpu);
    fs.set(base + "/topology/physical_package_id", cpu < 2 ? "0" : "1");
    fs.set(base + "/thermal_throttle/core_throttle_count", std::to_string(cpu));
    fs.set(base + "/thermal_throttle/package_throttle_count", cpu < 2 ? "10" : "20");
    fs.set(base + "/thermal_throttle/core_throttle_total_time_ms", "500");
  }
  return fs;
}
}  // namespace

TEST_CASE("core counts add up over cores, package counts over packages") {
  FakeFs fs = two_packages();
  const auto probe = make_thermal_throttle(fs);
  Reading reading(*probe);
  CHECK(reading.value("limiter.thermal.core_throttle") == 6);
  CHECK(reading.value("limiter.thermal.package_throttle") == 30);
  CHECK(reading.value("thermal_throttle.core_time") == 2.0);
  CHECK_FALSE(reading.has("limiter.power-cap.package_limit"));
}

TEST_CASE("a sum with a part missing is no sum") {
  FakeFs fs = two_packages();
  const auto probe = make_thermal_throttle(fs);
  fs.remove(kCpu + "3/thermal_throttle/core_throttle_count");
  Reading reading(*probe);
  CHECK(reading.state("limiter.thermal.core_throttle") == State::no_data);
  CHECK(reading.value("limiter.thermal.package_throttle") == 30);
}

TEST_CASE("other processors have no such counters") {
  FakeFs fs;
  const auto probe = make_thermal_throttle(fs);
  CHECK_FALSE(probe->present());
  CHECK(Reading(*probe).state("limiter.thermal.package_throttle") == State::no_data);
}

TEST_CASE("throttle counters survive any text") {
  survives_hostile_texts(
      two_packages(),
      {kCpu + "0/thermal_throttle/core_throttle_count", kCpu + "0/topology/physical_package_id"},
      [](HostFs& fs) { return make_thermal_throttle(fs); });
}
