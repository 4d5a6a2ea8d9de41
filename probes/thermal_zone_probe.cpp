// SPDX-License-Identifier: Apache-2.0
#include "probes/thermal_zone_probe.hpp"

#include <algorithm>
#include <array>

#include "probes/hwmon_chips.hpp"
#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class ThermalZone final : public ProbeBase {
 public:
  explicit ThermalZone(HostFs& fs) : ProbeBase("thermal_zone", Period::fast) {
    std::vector<std::string> hottest_of;
    // Column 0 is decided last, since its source is known last; its place is kept here.
    for (const std::string& zone : fs.glob("/sys/class/thermal/thermal_zone*")) {
      const auto type = fs.read_once(zone + "/type");
      if (!type || type->empty()) continue;
      zones_.push_back({make(fs, zone + "/temp"), is_soc_zone(*type)});
      types_.push_back(*type);
      if (zones_.back().soc) hottest_of.push_back(zone + "/temp");
    }
    if (hottest_of.empty()) hottest_of = find_cpu_hwmon(fs);
    const Provenance from = fs.provenance();
    if (hottest_of.empty()) {
      add_absent(
          "soc.temperature", "Cel", "/sys/class/thermal", from,
          "no zone in /sys/class/thermal and no hwmon driver names a CPU or SoC; load the "
          "CPU's sensor driver (modprobe coretemp or k10temp; on a virtual machine there is none)");
    } else {
      add("soc.temperature", "Cel", source_of_max(hottest_of), from);
    }
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      zones_[i].temp.column = add("thermal." + channel_part(types_[i]) + ".temperature", "Cel",
                                  zones_[i].temp.file.path(), from);
    }
    soc_present_ = !hottest_of.empty();
  }

  void sample(Row& row, Nanos) override {
    Highest hottest;
    for (Zone& zone : zones_) {
      const Value value = zone.temp.read();
      row.put(zone.temp.column, value);
      if (zone.soc) hottest.add(value);
    }
    for (Attribute& input : hwmon_) hottest.add(input.read());
    if (soc_present_) row.put(0, hottest.value());
  }

 private:
  struct Zone {
    Attribute temp;
    bool soc = false;
  };

  static Attribute make(HostFs& fs, const std::string& path) {
    return {.file = fs.open(path), .divide = 1000, .low = kColdest, .high = kHottest};
  }

  // Opens the inputs of the CPU's own hwmon driver; returns their paths.
  std::vector<std::string> find_cpu_hwmon(HostFs& fs) {
    std::vector<std::string> paths;
    for (const HwmonChip& chip : hwmon_chips(fs)) {
      if (!is_cpu_hwmon(chip.driver)) continue;
      for (const std::string& input : fs.glob(chip.directory + "/temp*_input")) {
        hwmon_.push_back(make(fs, input));
        paths.push_back(input);
      }
    }
    return paths;
  }

  std::vector<Zone> zones_;
  std::vector<std::string> types_;
  std::vector<Attribute> hwmon_;
  bool soc_present_ = false;
};

}  // namespace

bool is_soc_zone(std::string_view type) {
  // Jetson: CPU-therm, SOC0-therm, tj-thermal; RK3588: soc-thermal, bigcore0-thermal,
  // littlecore-thermal, package-thermal; Pi: cpu-thermal; Intel: x86_pkg_temp; others: cpu0, ap.
  constexpr std::array kPatterns = {"cpu",        "soc",      "x86_pkg_temp",  "bigcore",
                                    "littlecore", "tj-therm", "package-therm", "cluster"};
  return std::ranges::any_of(
      kPatterns, [&](std::string_view pattern) { return contains_word(type, pattern); });
}

bool is_cpu_hwmon(std::string_view driver) {
  constexpr std::array<std::string_view, 5> kDrivers = {"coretemp", "k10temp", "zenpower",
                                                        "cpu_thermal", "via_cputemp"};
  return std::ranges::find(kDrivers, driver) != kDrivers.end();
}

std::unique_ptr<Probe> make_thermal_zone(HostFs& fs) { return std::make_unique<ThermalZone>(fs); }

}  // namespace soakrig::probes
