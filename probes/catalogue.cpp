// SPDX-License-Identifier: Apache-2.0
#include "probes/catalogue.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "probes/board_power_probe.hpp"
#include "probes/boot_probe.hpp"
#include "probes/cooling_device_probe.hpp"
#include "probes/cpu_time_probe.hpp"
#include "probes/cpufreq_probe.hpp"
#include "probes/cpufreq_stats_probe.hpp"
#include "probes/devfreq_probe.hpp"
#include "probes/drm_probe.hpp"
#include "probes/edac_probe.hpp"
#include "probes/hwmon_probe.hpp"
#include "probes/ina3221_probe.hpp"
#include "probes/interrupts_probe.hpp"
#include "probes/kernel_log_probe.hpp"
#include "probes/memory_probe.hpp"
#include "probes/powercap_probe.hpp"
#include "probes/pressure_probe.hpp"
#include "probes/raspberry_pi_probe.hpp"
#include "probes/rknpu_probe.hpp"
#include "probes/soctherm_probe.hpp"
#include "probes/steal_probe.hpp"
#include "probes/thermal_throttle_probe.hpp"
#include "probes/thermal_zone_probe.hpp"
#include "probes/vmstat_probe.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::probes {

namespace {

const std::array kCatalogue = {
    ProbeEntry{"board_power", make_board_power},
    ProbeEntry{"boot", make_boot},
    ProbeEntry{"cooling_device", make_cooling_device},
    ProbeEntry{"cpu_time", make_cpu_time},
    ProbeEntry{"cpufreq", make_cpufreq},
    ProbeEntry{"cpufreq_stats", make_cpufreq_stats},
    ProbeEntry{"devfreq", make_devfreq},
    ProbeEntry{"drm", make_drm},
    ProbeEntry{"edac", make_edac},
    ProbeEntry{"hwmon", make_hwmon},
    ProbeEntry{"ina3221", make_ina3221},
    ProbeEntry{"interrupts", make_interrupts},
    ProbeEntry{"kernel_log", make_kernel_log},
    ProbeEntry{"memory", make_memory},
    ProbeEntry{"powercap", make_powercap},
    ProbeEntry{"pressure", make_pressure},
    ProbeEntry{"raspberry_pi", make_raspberry_pi},
    ProbeEntry{"rknpu", make_rknpu},
    ProbeEntry{"soctherm", make_soctherm},
    ProbeEntry{"steal", make_steal},
    ProbeEntry{"thermal_throttle", make_thermal_throttle},
    ProbeEntry{"thermal_zone", make_thermal_zone},
    ProbeEntry{"vmstat", make_vmstat},
};

void check_names(std::span<const ProbeEntry> entries) {
  std::set<std::string_view> names;
  for (const ProbeEntry& entry : entries) {
    if (names.insert(entry.name).second) continue;
    throw Fatal({.code = Errc::invalid,
                 .what = "probe '" + std::string(entry.name) + "' stands twice in the catalogue",
                 .remedy = "give each probe a name of its own"});
  }
}

void check_wanted(const std::vector<std::string>& only, std::span<const ProbeEntry> entries) {
  std::vector<std::string> names;
  for (const ProbeEntry& entry : entries) names.emplace_back(entry.name);
  if (only == std::vector<std::string>{"none"}) return;
  for (const std::string& name : only) {
    if (std::ranges::find(names, name) != names.end()) continue;
    std::string remedy;
    const std::string near = nearest_word(name, names);
    if (!near.empty()) {
      remedy = "did you mean '" + near + "'?";
    } else {
      remedy = "there are";
      for (const std::string& known : names) remedy += " " + known;
    }
    throw Fatal({.code = Errc::not_found, .what = "no probe '" + name + "'", .remedy = remedy}, 4);
  }
}

void check_channels(const std::vector<std::unique_ptr<Probe>>& probes) {
  std::set<std::string_view> seen;
  for (const auto& probe : probes) {
    for (const ChannelInfo& channel : probe->channels()) {
      const bool valid = valid_channel_name(channel.name);
      if (valid && seen.insert(channel.name).second) continue;
      throw Fatal({.code = Errc::invalid,
                   .what = "probe '" + std::string(probe->name()) + "' has channel '" +
                           channel.name +
                           (valid ? "', which another has too" : "', which is no name"),
                   .remedy = "give the channel a name of its own"});
    }
  }
}

}  // namespace

std::span<const ProbeEntry> catalogue() { return kCatalogue; }

std::vector<std::unique_ptr<Probe>> make_probes(HostFs& fs, const std::vector<std::string>& only,
                                                std::span<const ProbeEntry> entries) {
  check_names(entries);
  check_wanted(only, entries);
  std::vector<std::unique_ptr<Probe>> probes;
  for (const ProbeEntry& entry : entries) {
    if (!only.empty() && std::ranges::find(only, entry.name) == only.end()) continue;
    probes.push_back(entry.make(fs));
  }
  check_channels(probes);
  return probes;
}

}  // namespace soakrig::probes
