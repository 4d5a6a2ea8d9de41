// SPDX-License-Identifier: Apache-2.0
#include "probes/energy_counter.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

TEST_CASE("power is the energy between two readings over the time between them") {
  EnergyCounter counter(1'000'000'000);
  CHECK_FALSE(counter.add(500'000, kSecond).watts.has_value());
  const auto step = counter.add(30'500'000, 3 * kSecond);
  CHECK(step.joules == 30.0);
  CHECK(step.watts == 15.0);
}

TEST_CASE("a wrap is counted through, an unknown range or a reset is not guessed") {
  EnergyCounter counter(100'000'000);
  static_cast<void>(counter.add(95'000'000, kSecond));
  CHECK(counter.add(5'000'000, 2 * kSecond).watts == 10.0);
  EnergyCounter unknown(0);
  static_cast<void>(unknown.add(95'000'000, kSecond));
  CHECK_FALSE(unknown.add(5'000'000, 2 * kSecond).watts.has_value());
  CHECK(unknown.add(6'000'000, 3 * kSecond).watts == 1.0);
  EnergyCounter reset(262'143'328'850);
  static_cast<void>(reset.add(20'000'000, kSecond));
  CHECK_FALSE(reset.add(10'000'000, 2 * kSecond).watts.has_value());  // "262 kW": no wrap
}

TEST_CASE("time that stands still gives no power, nor does a gap") {
  EnergyCounter counter(1'000'000'000);
  static_cast<void>(counter.add(1, kSecond));
  CHECK_FALSE(counter.add(2, kSecond).watts.has_value());
  counter.forget();
  CHECK_FALSE(counter.add(3, 2 * kSecond).watts.has_value());
}

TEST_CASE("zones are named with their parent, once, and say whether they can be read") {
  const std::string top = "/sys/class/powercap/";
  FakeFs fs({{top + "intel-rapl/enabled", "1"},
             {top + "intel-rapl:0/name", "package-0"},
             {top + "intel-rapl:0/energy_uj", "5"},
             {top + "intel-rapl:0/max_energy_range_uj", "1000"},
             {top + "intel-rapl:0:0/name", "core"},
             {top + "intel-rapl:0:0/energy_uj", "5"},
             {top + "intel-rapl-mmio:0/name", "package-0"},
             {top + "intel-rapl-mmio:0/energy_uj", "5"}});
  fs.fail(top + "intel-rapl:0:0/energy_uj", EACCES);
  const auto zones = energy_zones(fs);
  // MMIO sorts first by name, but the MSR zone is the one that is kept.
  REQUIRE(zones.size() == 2);
  CHECK(zones[0].name == "package-0");
  CHECK(zones[0].directory == top + "intel-rapl:0");
  CHECK(zones[0].range_uj == 1000);
  CHECK(zones[0].readable);
  CHECK(zones[1].name == "package-0.core");
  CHECK_FALSE(zones[1].readable);
}
