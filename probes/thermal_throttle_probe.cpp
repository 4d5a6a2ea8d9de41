// SPDX-License-Identifier: Apache-2.0
#include "probes/thermal_throttle_probe.hpp"

#include <set>
#include <string>

#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class ThermalThrottle final : public ProbeBase {
 public:
  explicit ThermalThrottle(HostFs& fs) : ProbeBase("thermal_throttle", Period::second) {
    std::vector<std::string> cores, packages;  // cores: all CPUs; packages: one CPU of each
    std::set<std::string> seen;
    for (const std::string& directory : fs.glob("/sys/devices/system/cpu/cpu*/thermal_throttle")) {
      cores.push_back(directory);
      const std::string cpu = directory.substr(0, directory.rfind('/'));
      const auto package = fs.read_once(cpu + "/topology/physical_package_id");
      if (seen.insert(package.value_or("0")).second) packages.push_back(directory);
    }
    add_sum(fs, cores, "/core_throttle_count", "limiter.thermal.core_throttle", "{count}", 1);
    add_sum(fs, packages, "/package_throttle_count", "limiter.thermal.package_throttle", "{count}",
            1);
    add_sum(fs, packages, "/package_power_limit_count", "limiter.power-cap.package_limit",
            "{count}", 1);
    add_sum(fs, cores, "/core_throttle_total_time_ms", "thermal_throttle.core_time", "s", 1000);
    add_sum(fs, packages, "/package_throttle_total_time_ms", "thermal_throttle.package_time", "s",
            1000);
    if (present()) return;
    add_absent("limiter.thermal.package_throttle", "{count}",
               "/sys/devices/system/cpu/cpu0/thermal_throttle", fs.provenance(),
               "no cpu*/thermal_throttle in /sys/devices/system/cpu; only Intel processors of a "
               "kernel with CONFIG_X86_THERMAL_VECTOR have it");
  }

  void sample(Row& row, Nanos) override {
    for (Sum& sum : sums_) {
      // Part of a sum is no sum: a core that cannot be read would look like a counter going back.
      Value total{State::good, 0};
      for (Attribute& counter : sum.counters) {
        const Value value = counter.read();
        if (value.state != State::good) total.state = value.state;
        total.value += value.value;
      }
      row.put(sum.column, total);
    }
  }

 private:
  struct Sum {
    std::size_t column = 0;
    std::vector<Attribute> counters;
  };

  void add_sum(HostFs& fs, const std::vector<std::string>& directories, const char* file,
               const char* channel, const char* unit, double divide) {
    Sum sum;
    std::string source;
    for (const std::string& directory : directories) {
      const std::string path = directory + file;
      if (!fs.exists(path)) continue;
      source += (source.empty() ? "" : " + ") + path;
      sum.counters.push_back({.file = fs.open(path), .divide = divide, .low = 0});
    }
    if (sum.counters.empty()) return;
    sum.column = add(channel, unit, source, fs.provenance());
    sums_.push_back(std::move(sum));
  }

  std::vector<Sum> sums_;
};

}  // namespace

std::unique_ptr<Probe> make_thermal_throttle(HostFs& fs) {
  return std::make_unique<ThermalThrottle>(fs);
}

}  // namespace soakrig::probes
