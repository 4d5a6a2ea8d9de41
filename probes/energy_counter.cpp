// SPDX-License-Identifier: Apache-2.0
#include "probes/energy_counter.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "probes/parse.hpp"

namespace soakrig::probes {

EnergyCounter::Step EnergyCounter::add(std::uint64_t raw_uj, Nanos now) {
  const std::optional<Last> before = std::exchange(last_, Last{raw_uj, now});
  if (!before || now <= before->at) return {};
  std::uint64_t gained = 0;
  if (raw_uj >= before->raw_uj) {
    gained = raw_uj - before->raw_uj;
  } else if (range_uj_ >= before->raw_uj) {
    gained = range_uj_ - before->raw_uj + raw_uj;
  } else {
    return {};
  }
  const double joules = static_cast<double>(gained) / 1e6;
  const double watts = joules / to_seconds(now - before->at);
  if (watts > kMostWatts) return {};
  return {joules, watts};
}

std::vector<EnergyZone> energy_zones(HostFs& fs) {
  std::vector<EnergyZone> zones;
  // Top-level zones are intel-rapl:0, their parts intel-rapl:0:0; the driver's own folder
  // (intel-rapl) holds no counter.
  auto directories = fs.glob("/sys/class/powercap/*:*");
  const auto is_mmio = [](const std::string& path) { return path.find("mmio") != path.npos; };
  std::ranges::stable_partition(directories, std::not_fn(is_mmio));
  for (const std::string& directory : directories) {
    const auto name = fs.read_once(directory + "/name");
    if (!name || name->empty()) continue;
    EnergyZone zone{.name = *name, .directory = directory};
    const std::string leaf = directory.substr(directory.rfind('/') + 1);
    const std::size_t last = leaf.rfind(':');
    if (leaf.find(':') != last) {
      const auto parent = fs.read_once("/sys/class/powercap/" + leaf.substr(0, last) + "/name");
      zone.name = (parent ? *parent : leaf.substr(0, last)) + "." + *name;
    }
    const bool known = std::ranges::find(zones, zone.name, &EnergyZone::name) != zones.end();
    if (known && is_mmio(directory)) continue;
    const auto range = fs.read_once(directory + "/max_energy_range_uj");
    zone.range_uj = range ? parse_uint(*range).value_or(0) : 0;
    zone.readable = fs.read_once(directory + "/energy_uj").has_value();
    zones.push_back(std::move(zone));
  }
  return zones;
}

}  // namespace soakrig::probes
