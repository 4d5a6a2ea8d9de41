// SPDX-License-Identifier: Apache-2.0
#include "probes/soctherm_probe.hpp"

#include <array>

#include "probes/hwmon_chips.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class Soctherm final : public ProbeBase {
 public:
  explicit Soctherm(HostFs& fs) : ProbeBase("soctherm", Period::second) {
    constexpr std::array kOrin = {"limiter.under-voltage.oc1", "limiter.over-current.oc2",
                                  "limiter.over-current.oc3"};
    constexpr std::array kOther = {"soctherm.oc1_events", "soctherm.oc2_events",
                                   "soctherm.oc3_events"};
    const auto compatible = fs.read_once("/proc/device-tree/compatible");
    const bool orin = compatible && compatible->find("nvidia,tegra234") != std::string::npos;
    for (const HwmonChip& chip : hwmon_chips(fs)) {
      if (chip.driver != "soctherm_oc") continue;
      for (std::size_t i = 0; i < kOrin.size(); ++i) {
        const std::string path = chip.directory + "/oc" + std::to_string(i + 1) + "_event_cnt";
        if (!fs.exists(path)) continue;
        Attribute counter{.file = fs.open(path), .low = 0};
        counter.column = add(orin ? kOrin[i] : kOther[i], "{count}", path, fs.provenance());
        counters_.push_back(std::move(counter));
      }
    }
    if (present()) return;
    add_absent("soctherm.oc1_events", "{count}", "/sys/class/hwmon", fs.provenance(),
               "no hwmon chip soctherm_oc; only NVIDIA Jetson kernels have it");
  }

  void sample(Row& row, Nanos) override {
    for (Attribute& counter : counters_) counter.sample(row);
  }

 private:
  std::vector<Attribute> counters_;
};

}  // namespace

std::unique_ptr<Probe> make_soctherm(HostFs& fs) { return std::make_unique<Soctherm>(fs); }

}  // namespace soakrig::probes
