// SPDX-License-Identifier: Apache-2.0
#include "probes/cpufreq_stats_probe.hpp"

#include <string>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class CpufreqStats final : public ProbeBase {
 public:
  explicit CpufreqStats(HostFs& fs) : ProbeBase("cpufreq_stats", Period::second) {
    const Provenance from = fs.provenance();
    for (const std::string& stats : fs.glob("/sys/devices/system/cpu/cpufreq/policy*/stats")) {
      const std::string policy = stats.substr(0, stats.rfind('/'));
      const std::string base = "cpu." + channel_part(policy.substr(policy.rfind('/') + 1));
      const std::string times = stats + "/time_in_state", changes = stats + "/total_trans";
      Policy p{.times = fs.open(times), .transitions = {.file = fs.open(changes), .low = 0}};
      p.below = add(base + ".time_below_max", "s", times, from);
      p.transitions.column = add(base + ".transitions", "{count}", changes, from);
      policies_.push_back(std::move(p));
    }
    if (present()) return;
    add_absent("cpu.policy0.time_below_max", "s", "/sys/devices/system/cpu/cpufreq", from,
               "no policy*/stats in /sys/devices/system/cpu/cpufreq; the kernel needs "
               "CONFIG_CPU_FREQ_STAT and a driver that sets clocks itself (not intel_pstate)");
  }

  void sample(Row& row, Nanos) override {
    for (Policy& policy : policies_) {
      const Text text = policy.times.read();
      const auto below = text.state == State::good ? parse_time_below_max(text.text) : std::nullopt;
      row.put(policy.below, below ? Value{State::good, *below}
                                  : Value{text.state == State::good ? State::error : text.state});
      policy.transitions.sample(row);
    }
  }

 private:
  struct Policy {
    File times;
    Attribute transitions;
    std::size_t below = 0;
  };
  std::vector<Policy> policies_;
};

}  // namespace

std::optional<double> parse_time_below_max(std::string_view text) {
  std::uint64_t highest = 0;
  double all = 0, at_highest = 0;
  bool any = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (trim(line).empty()) continue;
    const auto clock = parse_uint(take_word(line));
    const auto time = parse_uint(take_word(line));
    if (!clock || !time) return std::nullopt;
    const double seconds = static_cast<double>(*time) / 100;
    all += seconds;
    if (!any || *clock > highest) {
      highest = *clock;
      at_highest = seconds;
    }
    any = true;
  }
  if (!any) return std::nullopt;
  return all - at_highest;
}

std::unique_ptr<Probe> make_cpufreq_stats(HostFs& fs) { return std::make_unique<CpufreqStats>(fs); }

}  // namespace soakrig::probes
