// SPDX-License-Identifier: Apache-2.0
#include "probes/edac_probe.hpp"

#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class Edac final : public ProbeBase {
 public:
  explicit Edac(HostFs& fs) : ProbeBase("edac", Period::ten_seconds) {
    for (const std::string& controller : fs.glob("/sys/devices/system/edac/mc/mc*")) {
      const std::string base = "edac." + channel_part(controller.substr(controller.rfind('/') + 1));
      add_counter(fs, base + ".corrected", controller + "/ce_count");
      add_counter(fs, base + ".uncorrected", controller + "/ue_count");
    }
    if (present()) return;
    add_absent("edac.mc0.corrected", "{count}", "/sys/devices/system/edac/mc", fs.provenance(),
               "no controller in /sys/devices/system/edac/mc: the memory has no ECC, or its EDAC "
               "driver is not loaded (modprobe amd64_edac, ie31200_edac, skx_edac …)");
  }

  void sample(Row& row, Nanos) override {
    for (Attribute& counter : counters_) counter.sample(row);
  }

 private:
  void add_counter(HostFs& fs, const std::string& channel, const std::string& path) {
    if (!fs.exists(path)) return;
    Attribute counter{.file = fs.open(path), .low = 0};
    counter.column = add(channel, "{count}", path, fs.provenance());
    counters_.push_back(std::move(counter));
  }

  std::vector<Attribute> counters_;
};

}  // namespace

std::unique_ptr<Probe> make_edac(HostFs& fs) { return std::make_unique<Edac>(fs); }

}  // namespace soakrig::probes
