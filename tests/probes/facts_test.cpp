// SPDX-License-Identifier: Apache-2.0
#include "probes/facts.hpp"

#include "tests/probes/probe_reading.hpp"
#include "tests/support/fake_fs.hpp"

using namespace soakrig::probes;

TEST_CASE("facts of an ARM board") {
  FakeFs fs({{"/proc/device-tree/model", std::string("Board 5\0", 8)},
             {"/proc/device-tree/compatible", std::string("maker,board-5\0maker,soc-9\0", 26)},
             {"/proc/cpuinfo", "processor\t: 0\nSerial\t\t: 00ab\nModel\t\t: Board 5 again\n"},
             {"/proc/meminfo", "MemTotal:  2048 kB\n"},
             {"/etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian 12\"\n"},
             {"/sys/devices/system/cpu/cpufreq/policy0/scaling_governor", "schedutil\n"},
             {"/sys/devices/system/cpu/cpufreq/policy4/scaling_governor", "performance\n"},
             {"/var/lib/nvpmodel/status", "pmode:0002"},
             {"/etc/nvpmodel.conf",
              "< POWER_MODEL ID=0 NAME=MAXN >\n< POWER_MODEL ID=2 NAME=MODE_30W >\n"}});
  const auto facts = read_facts(fs);
  CHECK(facts.at("model") == "Board 5");
  CHECK(facts.at("soc") == "maker,soc-9");
  CHECK(facts.at("serial") == "00ab");
  CHECK(facts.at("memory_bytes") == "2097152");
  CHECK(facts.at("os") == "Debian 12");
  CHECK(facts.at("governor") == "performance, schedutil");
  CHECK(facts.at("power_mode") == "MODE_30W");
  CHECK(facts.count("firmware") == 0);  // unknown is left out
}

TEST_CASE("trip points and allowed clocks are facts: they explain why two boards differ") {
  FakeFs fs({{"/sys/class/thermal/thermal_zone0/type", "cpu thermal\n"},
             {"/sys/class/thermal/thermal_zone0/trip_point_0_type", "passive\n"},
             {"/sys/class/thermal/thermal_zone0/trip_point_0_temp", "85500\n"},
             {"/sys/class/thermal/thermal_zone0/trip_point_0_hyst", "2000\n"},
             {"/sys/class/thermal/thermal_zone0/trip_point_1_type", "critical\n"},
             {"/sys/class/thermal/thermal_zone0/trip_point_1_temp", "105000\n"},
             {"/sys/class/thermal/thermal_zone0/trip_point_1_hyst", "0\n"},
             {"/sys/class/thermal/thermal_zone1/type", "gpu-thermal\n"},
             {"/sys/class/thermal/thermal_zone1/trip_point_0_type", "hot\n"},
             {"/sys/class/thermal/thermal_zone1/trip_point_0_temp", "cold\n"},
             {"/sys/devices/system/cpu/cpufreq/policy0/scaling_min_freq", "408000\n"},
             {"/sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq", "1800000\n"},
             {"/sys/devices/system/cpu/cpufreq/policy0/cpuinfo_min_freq", "408000\n"},
             {"/sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq", "2256000\n"},
             {"/sys/devices/system/cpu/cpufreq/policy4/scaling_max_freq", "2400000\n"},
             {"/sys/devices/system/cpu/cpufreq/policy4/cpuinfo_max_freq", "2400000\n"}});
  const auto facts = read_facts(fs);
  CHECK(facts.at("trip_points.cpu_thermal") ==
        "passive 85.5 Cel (hysteresis 2 K), critical 105 Cel");
  CHECK(facts.count("trip_points.gpu-thermal") == 0);  // a temperature that is none
  CHECK(facts.at("cpu_clock") == "2400 MHz, 408-1800 of 408-2256 MHz");
}

TEST_CASE("words that firmware leaves when nobody filled them in are no facts") {
  FakeFs fs({{"/sys/class/dmi/id/product_name", "To Be Filled By O.E.M."},
             {"/sys/class/dmi/id/product_serial", "0"},
             {"/sys/class/dmi/id/bios_version", "1.32\n"}});
  const auto facts = read_facts(fs);
  CHECK(facts.count("model") == 0);
  CHECK(facts.count("serial") == 0);
  CHECK(facts.at("firmware") == "1.32");
}

TEST_CASE("a mode without a table keeps its number") {
  FakeFs fs({{"/var/lib/nvpmodel/status", "pmode:0003"}});
  CHECK(read_facts(fs).at("power_mode") == "nvpmodel 3");
  CHECK_FALSE(nvpmodel_name("< POWER_MODEL ID=3 >\n", 3).has_value());
}

TEST_CASE("facts of hostile text are printable and bounded") {
  for (const std::string& text : hostile_texts()) {
    FakeFs fs;
    for (const char* path :
         {"/proc/device-tree/model", "/proc/device-tree/compatible", "/proc/cpuinfo",
          "/proc/meminfo", "/etc/os-release", "/var/lib/nvpmodel/status", "/etc/nvpmodel.conf",
          "/sys/class/thermal/thermal_zone0/type",
          "/sys/class/thermal/thermal_zone0/trip_point_0_type",
          "/sys/class/thermal/thermal_zone0/trip_point_0_temp",
          "/sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq"}) {
      fs.set(path, text);
    }
    for (const auto& [key, value] : read_facts(fs)) {
      CHECK(value.size() <= 200);
      for (const char c : value) CHECK((c >= 0x20 && c < 0x7f));
    }
  }
}
