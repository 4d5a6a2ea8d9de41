// SPDX-License-Identifier: Apache-2.0
#include "probes/thermal_zone_probe.hpp"

#include <cerrno>

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

const std::string kZones = "/sys/class/thermal/thermal_zone";

FakeFs orin() {
  return FakeFs({{kZones + "0/type", "cpu-thermal\n"},
                 {kZones + "0/temp", "48125\n"},
                 {kZones + "1/type", "gpu-thermal\n"},
                 {kZones + "1/temp", "61000\n"},
                 {kZones + "2/type", "cv0-thermal\n"},
                 {kZones + "2/temp", ""},
                 {kZones + "10/type", "soc0-thermal\n"},
                 {kZones + "10/temp", "49500\n"}});
}

}  // namespace

TEST_CASE("zones are keyed by type and soc.temperature is the hottest CPU or SoC zone") {
  FakeFs fs = orin();
  const auto probe = make_thermal_zone(fs);
  Reading reading(*probe);
  CHECK(reading.value("thermal.cpu-thermal.temperature") == 48.125);
  CHECK(reading.value("thermal.gpu-thermal.temperature") == 61.0);
  CHECK(reading.value("soc.temperature") == 49.5);  // the GPU's zone is hotter, but not the SoC's
  CHECK(reading.info("soc.temperature").source ==
        "max of " + kZones + "0/temp " + kZones + "10/temp");
  CHECK(reading.info("soc.temperature").unit == "Cel");
}

TEST_CASE("a zone that cannot be read leaves the others alone") {
  FakeFs fs = orin();
  fs.fail(kZones + "2/temp", EAGAIN);
  const auto probe = make_thermal_zone(fs);
  Reading reading(*probe);
  CHECK(reading.state("thermal.cv0-thermal.temperature") == State::no_data);
  CHECK(reading.value("soc.temperature") == 49.5);
  fs.fail(kZones + "10/temp", EIO);
  reading.again(2 * kSecond);
  CHECK(reading.state("thermal.soc0-thermal.temperature") == State::error);
  CHECK(reading.value("soc.temperature") == 48.125);
  fs.remove(kZones + "0/temp");
  reading.again(3 * kSecond);
  CHECK(reading.state("soc.temperature") == State::error);
  fs.set(kZones + "0/temp", "50000");
  reading.again(4 * kSecond);
  CHECK(reading.value("soc.temperature") == 50.0);
}

TEST_CASE("numbers that no working sensor means are errors, not temperatures") {
  FakeFs fs = orin();
  const auto probe = make_thermal_zone(fs);
  for (const char* text : {"-256000", "-274000", "2147483647", "warm"}) {
    fs.set(kZones + "0/temp", text);
    CHECK(Reading(*probe).state("thermal.cpu-thermal.temperature") == State::error);
  }
  fs.set(kZones + "0/temp", "-40000");
  CHECK(Reading(*probe).value("thermal.cpu-thermal.temperature") == -40.0);
}

TEST_CASE("two zones of one type have names of their own") {
  FakeFs fs({{kZones + "0/type", "acpitz"},
             {kZones + "0/temp", "27800"},
             {kZones + "1/type", "acpitz"},
             {kZones + "1/temp", "29800"}});
  const auto probe = make_thermal_zone(fs);
  Reading reading(*probe);
  CHECK(reading.value("thermal.acpitz.temperature") == 27.8);
  CHECK(reading.value("thermal.acpitz_2.temperature") == 29.8);
}

TEST_CASE("without a SoC zone the CPU's own hwmon driver is taken, and a board zone never") {
  FakeFs fs({{kZones + "0/type", "acpitz"},
             {kZones + "0/temp", "16800"},
             {"/sys/class/hwmon/hwmon0/name", "nvme"},
             {"/sys/class/hwmon/hwmon0/temp1_input", "70000"},
             {"/sys/class/hwmon/hwmon3/name", "k10temp"},
             {"/sys/class/hwmon/hwmon3/temp1_input", "63500"},
             {"/sys/class/hwmon/hwmon3/temp3_input", "58000"}});
  const auto probe = make_thermal_zone(fs);
  CHECK(Reading(*probe).value("soc.temperature") == 63.5);
  FakeFs poor({{kZones + "0/type", "acpitz"}, {kZones + "0/temp", "16800"}});
  const auto without = make_thermal_zone(poor);
  Reading reading(*without);
  CHECK(reading.state("soc.temperature") == State::no_data);
  CHECK(reading.info("soc.temperature").reason.find("modprobe") != std::string::npos);
}

TEST_CASE("a machine without zones announces soc.temperature as absent") {
  FakeFs fs;
  const auto probe = make_thermal_zone(fs);
  CHECK_FALSE(probe->present());
  REQUIRE(probe->channels().size() == 1);
  CHECK(Reading(*probe).state("soc.temperature") == State::no_data);
}

TEST_CASE("types that name a CPU or SoC") {
  for (const char* type : {"CPU-therm", "cpu-thermal", "soc-thermal", "x86_pkg_temp", "tj-thermal",
                           "bigcore0-thermal", "littlecore-thermal", "SOC2-therm"}) {
    CHECK(is_soc_zone(type));
  }
  for (const char* type : {"acpitz", "gpu-thermal", "iwlwifi_1", "npu-thermal", "PMIC-Die", ""}) {
    CHECK_FALSE(is_soc_zone(type));
  }
  CHECK(is_cpu_hwmon("k10temp"));
  CHECK_FALSE(is_cpu_hwmon("nvme"));
}

TEST_CASE("thermal zones survive any text") {
  survives_hostile_texts(orin(), {kZones + "0/type", kZones + "0/temp", kZones + "1/temp"},
                         [](HostFs& fs) { return make_thermal_zone(fs); });
}
