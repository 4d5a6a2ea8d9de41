// SPDX-License-Identifier: Apache-2.0
#include "probes/cpufreq_probe.hpp"

#include <algorithm>

#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class Cpufreq final : public ProbeBase {
 public:
  explicit Cpufreq(HostFs& fs) : ProbeBase("cpufreq", Period::fast) {
    const Provenance from = fs.provenance();
    const auto policies = fs.glob("/sys/devices/system/cpu/cpufreq/policy*");
    if (policies.empty()) {
      add_absent("cpu.frequency", "Hz", "/sys/devices/system/cpu/cpufreq", from,
                 "no policy in /sys/devices/system/cpu/cpufreq; load the cpufreq driver (modprobe "
                 "acpi-cpufreq or cpufreq-dt; a virtual machine has none)");
      return;
    }
    std::vector<std::string> clocks;
    for (const std::string& policy : policies) clocks.push_back(policy + "/scaling_cur_freq");
    add("cpu.frequency", "Hz", source_of_max(clocks), from);
    for (const std::string& policy : policies) {
      const std::string base = "cpu." + channel_part(policy.substr(policy.rfind('/') + 1));
      const auto attribute = [&](const char* what, const char* file) {
        Attribute a{.file = fs.open(policy + file), .multiply = 1000, .low = 0};  // kHz
        a.column = add(base + what, "Hz", a.file.path(), from);
        return a;
      };
      Policy p;
      p.now = attribute(".frequency", "/scaling_cur_freq");
      p.cap = attribute(".frequency_cap", "/scaling_max_freq");
      p.max = attribute(".frequency_max", "/cpuinfo_max_freq");
      policies_.push_back(std::move(p));
    }
  }

  void sample(Row& row, Nanos) override {
    Highest fastest;
    for (Policy& policy : policies_) {
      const Value now = policy.now.read();
      row.put(policy.now.column, now);
      fastest.add(now);
      policy.cap.sample(row);
      policy.max.sample(row);
    }
    row.put(0, fastest.value());
  }

 private:
  struct Policy {
    Attribute now, cap, max;
  };
  std::vector<Policy> policies_;
};

}  // namespace

std::unique_ptr<Probe> make_cpufreq(HostFs& fs) { return std::make_unique<Cpufreq>(fs); }

}  // namespace soakrig::probes
