// SPDX-License-Identifier: Apache-2.0
#include "probes/powercap_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {
const std::string kZone = "/sys/class/powercap/intel-rapl:0/";
FakeFs laptop() {
  return FakeFs({{kZone + "name", "package-0"},
                 {kZone + "energy_uj", "1000000"},
                 {kZone + "max_energy_range_uj", "262143328850"}});
}
}  // namespace

TEST_CASE("energy adds up from the start and power is its mean since the last reading") {
  FakeFs fs = laptop();
  const auto probe = make_powercap(fs);
  Reading reading(*probe, kSecond);
  CHECK(reading.state("rapl.package-0.power") == State::no_data);
  CHECK(reading.value("rapl.package-0.energy") == 0);
  fs.set(kZone + "energy_uj", "31000000");
  reading.again(3 * kSecond);
  CHECK(reading.value("rapl.package-0.power") == 15.0);
  CHECK(reading.value("rapl.package-0.energy") == 30.0);
}

TEST_CASE("a package that draws nothing is a counter that stands still") {
  FakeFs fs = laptop();
  const auto probe = make_powercap(fs);
  Reading reading(*probe, kSecond);
  reading.again(2 * kSecond);
  CHECK(reading.state("rapl.package-0.power") == State::stale);
}

TEST_CASE("a counter for root only is announced with what to do") {
  FakeFs fs = laptop();
  fs.fail(kZone + "energy_uj", EACCES);
  const auto probe = make_powercap(fs);
  CHECK_FALSE(probe->present());
  const auto& info = Reading(*probe).info("rapl.package-0.power");
  CHECK(info.reason.find("root") != std::string::npos);
  CHECK(info.source == kZone + "energy_uj");
}

TEST_CASE("power survives any text") {
  survives_hostile_texts(laptop(),
                         {kZone + "energy_uj", kZone + "max_energy_range_uj", kZone + "name"},
                         [](HostFs& fs) { return make_powercap(fs); });
}
