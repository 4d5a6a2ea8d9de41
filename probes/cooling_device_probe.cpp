// SPDX-License-Identifier: Apache-2.0
#include "probes/cooling_device_probe.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class CoolingDevice final : public ProbeBase {
 public:
  explicit CoolingDevice(HostFs& fs) : ProbeBase("cooling_device", Period::fast) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<std::string>> by_type;
    for (const std::string& device : fs.glob("/sys/class/thermal/cooling_device*")) {
      const auto type = fs.read_once(device + "/type");
      if (!type || type->empty()) continue;
      auto& paths = by_type[*type];
      if (paths.empty()) order.push_back(*type);
      paths.push_back(device + "/cur_state");
    }
    for (const std::string& type : order) add_type(fs, type, by_type[type]);
    if (throttles_) return;
    add_absent("limiter.thermal.cooling_state", "{state}", "/sys/class/thermal", fs.provenance(),
               "no cooling device in /sys/class/thermal throttles a clock; throttling by firmware "
               "shows as a lower cpu.frequency, or in the firmware's own flags");
  }

  void sample(Row& row, Nanos) override {
    for (Group& group : groups_) {
      Highest highest;
      for (Attribute& device : group.devices) {
        Value value = device.read();
        value.value = std::max(value.value, 0.0);  // intel_powerclamp says -1 while it is off
        highest.add(value);
      }
      row.put(group.column, highest.value());
    }
  }

 private:
  struct Group {
    std::size_t column = 0;
    std::vector<Attribute> devices;
  };

  void add_type(HostFs& fs, const std::string& type, const std::vector<std::string>& paths) {
    const std::string part = channel_part(type);
    std::string name;
    switch (cooling_kind(type)) {
      case CoolingKind::throttle:
        name = "limiter.thermal." + part + "_state";
        throttles_ = true;
        break;
      case CoolingKind::fan:
        name = "fan." + part + ".state";
        break;
      case CoolingKind::other:
        name = "cooling." + part + ".state";
        break;
    }
    Group group;
    for (const std::string& path : paths) group.devices.push_back({.file = fs.open(path)});
    group.column = add(name, "{state}", source_of_max(paths), fs.provenance());
    groups_.push_back(std::move(group));
  }

  std::vector<Group> groups_;
  bool throttles_ = false;
};

}  // namespace

CoolingKind cooling_kind(std::string_view type) {
  if (contains_word(type, "fan")) return CoolingKind::fan;
  // thermal-cpufreq-0, cpufreq-cpu0, thermal-devfreq-0, Processor, intel_powerclamp, gpu names of
  // vendor kernels, Jetson's cpu-throttle and tegra-heavy.
  constexpr std::array kThrottles = {"cpufreq", "devfreq", "processor", "powerclamp", "throttl",
                                     "cpu",     "gpu",     "npu",       "heavy"};
  const bool throttles = std::ranges::any_of(
      kThrottles, [&](std::string_view pattern) { return contains_word(type, pattern); });
  return throttles ? CoolingKind::throttle : CoolingKind::other;
}

std::unique_ptr<Probe> make_cooling_device(HostFs& fs) {
  return std::make_unique<CoolingDevice>(fs);
}

}  // namespace soakrig::probes
