// SPDX-License-Identifier: Apache-2.0
#include "probes/powercap_probe.hpp"

#include "probes/energy_counter.hpp"
#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

// "package-0.core" -> "rapl.package-0.core"
std::string channel_base(const std::string& zone) {
  const std::size_t dot = zone.find('.');
  if (dot == std::string::npos) return "rapl." + channel_part(zone);
  return "rapl." + channel_part(zone.substr(0, dot)) + "." + channel_part(zone.substr(dot + 1));
}

class Powercap final : public ProbeBase {
 public:
  explicit Powercap(HostFs& fs) : ProbeBase("powercap", Period::second) {
    const Provenance from = fs.provenance();
    for (const EnergyZone& zone : energy_zones(fs)) {
      const std::string path = zone.directory + "/energy_uj";
      const std::string base = channel_base(zone.name);
      if (!zone.readable) {
        add_absent(base + ".power", "W", path, from,
                   path + " is readable by root only; run the agent as root, or chmod a+r it");
        continue;
      }
      Zone z{.file = fs.open(path), .counter = EnergyCounter(zone.range_uj)};
      z.whole = zone.name.find('.') == std::string::npos;
      z.power = add(base + ".power", "W", path, from);
      z.energy = add(base + ".energy", "J", path, from);
      zones_.push_back(std::move(z));
    }
    if (!channels().empty()) return;
    add_absent("rapl.power", "W", "/sys/class/powercap", from,
               "no zone in /sys/class/powercap; x86 only: modprobe intel_rapl_msr (also on AMD)");
  }

  void sample(Row& row, Nanos now) override {
    for (Zone& zone : zones_) {
      const Text text = zone.file.read();
      const auto raw = parse_uint(text.text);
      if (text.state != State::good || !raw) {
        const State state = text.state == State::good ? State::error : text.state;
        row.absent(zone.power, state);
        row.absent(zone.energy, state);
        zone.counter.forget();
        continue;
      }
      const EnergyCounter::Step step = zone.counter.add(*raw, now);
      zone.joules += step.joules.value_or(0);
      row.put(zone.energy, zone.joules);
      if (!step.watts) continue;
      // A part may be switched off, a whole package or platform never draws nothing: its counter
      // stands still.
      const bool frozen = zone.whole && *step.watts == 0;
      row.put(zone.power, frozen ? Value{State::stale} : Value{State::good, *step.watts});
    }
  }

 private:
  struct Zone {
    File file;
    EnergyCounter counter;
    std::size_t power = 0, energy = 0;
    bool whole = false;  // a package or psys, not a part of one
    double joules = 0;
  };
  std::vector<Zone> zones_;
};

}  // namespace

std::unique_ptr<Probe> make_powercap(HostFs& fs) { return std::make_unique<Powercap>(fs); }

}  // namespace soakrig::probes
