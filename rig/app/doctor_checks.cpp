// SPDX-License-Identifier: Apache-2.0
#include "rig/app/doctor_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "probes/parse.hpp"

namespace soakrig::app {
namespace {

using probes::HostFs;
using probes::Scope;

class Examination {
 public:
  Examination(HostFs& fs, std::span<const ListedChannel> channels, const Situation& situation)
      : fs_(fs), channels_(channels), situation_(situation) {}

  void signals() {
    const ListedChannel* temperature = find_channel(channels_, "soc.temperature");
    if (!readable(temperature)) {
      add(Weight::needed, "soc.temperature cannot be read",
          "every verdict needs it: without it the run is inconclusive", reason(temperature));
    }
    const bool clock = readable(find_channel(channels_, "cpu.frequency"));
    const bool limiter = std::ranges::any_of(channels_, [](const ListedChannel& c) {
      // Memory pressure is known on any machine; it says nothing about the hardware's own limits.
      return c.info.name.starts_with("limiter.") && c.state == State::good &&
             !c.info.name.starts_with("limiter.memory-pressure.");
    });
    if (!clock && !limiter) {
      add(Weight::needed, "no clock and no limiter signal can be read",
          "a slow-down could not be told from its cause: the run is inconclusive",
          reason(find_channel(channels_, "cpu.frequency")));
    } else if (!limiter) {
      add(Weight::wanted, "no limiter signal can be read",
          "an episode's cause would have to be guessed from the clock, and stays unknown",
          reason(find_channel(channels_, "limiter.thermal.cooling_state")));
    }
    if (!readable(find_channel(channels_, "board.power"))) {
      add(Weight::wanted, "board.power cannot be read",
          "no energy per token and no power claim without a meter",
          reason(find_channel(channels_, "board.power")));
    }
    for (const char* name : {"kernel.log_events", "pressure.memory.full"}) {
      const ListedChannel* channel = find_channel(channels_, name);
      if (channel != nullptr && !channel->info.reason.empty() && is_real()) {
        add(Weight::wanted, std::string(name) + " cannot be read",
            "crashes and slow-downs have one witness less", channel->reason);
      }
    }
    for (const ListedChannel& channel : channels_) {
      if (channel.info.name.starts_with("rapl.") && !channel.info.reason.empty() &&
          fs_.exists(channel.info.source)) {
        add(Weight::wanted, channel.info.name + " is there but not readable",
            "no CPU power in the result", channel.reason);
      }
    }
  }

  void profile(const RunSpec& spec, const BoardSpec& board) {
    for (const Limit& limit : board.limits) {
      if (!readable(find_channel(channels_, limit.channel))) {
        add(Weight::needed,
            fmt::format("{}: limit on {}, which cannot be read", board.name, limit.channel),
            "a limit that is not readable never passes",
            reason(find_channel(channels_, limit.channel)));
      }
    }
    const bool metered = std::ranges::any_of(
        spec.instruments, [&](const InstrumentSpec& meter) { return meter.board == board.name; });
    for (const Claim& claim : board.claims) {
      const bool of_power = claim.name == "power_w" || claim.name == "j_per_token";
      if (of_power && !metered && !readable(find_channel(channels_, "board.power"))) {
        add(Weight::needed,
            fmt::format("{}: claim {} without any power reading", board.name, claim.name),
            "the claim cannot be judged",
            "put a meter in the supply and name it as an [[instrument]] of this board");
      }
      if (!claim.power_mode.empty()) check_power_mode(board, claim);
    }
  }

  void machine() {
    if (!is_real()) return;
    if (const auto product = virtual_machine()) {
      add(Weight::wanted, "this is a virtual machine (" + *product + ")",
          "sensors are hidden and the host may take CPU time (cpu.steal above steal_max makes "
          "speed rules inconclusive)",
          "soak the board itself");
    }
    const ListedChannel* steal = find_channel(channels_, "cpu.steal");
    if (steal != nullptr && steal->state == State::good && steal->value > 2.0) {
      add(Weight::needed,
          fmt::format("the hypervisor takes {:.1f} % of the CPU time now", steal->value),
          "above steal_max (2 %) speed rules are inconclusive",
          "give this machine CPUs of its own, or soak at a quiet hour");
    }
    if (!situation_.root) {
      add(Weight::wanted, "not running as root",
          "some sources are for root only (RAPL energy, kernel log, NPU load)",
          "run the agent as root, or open the files named above to its user");
    }
    if (situation_.clock_synchronised == false) {
      add(Weight::advice, "the system clock is not synchronised",
          "times of day in the report may be wrong (durations are not)",
          "enable time synchronisation: timedatectl set-ntp true");
    }
  }

  void settings() {
    governor();
    user_caps();
    battery();
    swap();
    huge_pages();
    cgroup();
    const ListedChannel* sticky = find_channel(channels_, "rpi.throttled_since_boot");
    if (readable(sticky) && sticky->value > 0) {
      add(Weight::advice, "the firmware has throttled this board since its boot",
          "the supply or the cooling was too weak already before the soak",
          "check the power supply and the cooling, then reboot so that the flags start clear");
    }
  }

  [[nodiscard]] std::vector<Finding> take() {
    std::ranges::stable_sort(findings_, {}, &Finding::weight);
    return std::move(findings_);
  }

 private:
  // Announced with a source, and not broken now.
  static bool readable(const ListedChannel* channel) {
    return channel != nullptr && channel->info.reason.empty() && channel->state != State::error;
  }
  static std::string reason(const ListedChannel* channel) {
    if (channel == nullptr) return "no probe of this program offers it; see soakrig probe";
    return channel->reason;
  }
  [[nodiscard]] bool is_real() const { return fs_.provenance() == Provenance::measured; }

  void add(Weight weight, std::string what, std::string why, std::string remedy) {
    findings_.push_back({weight, std::move(what), std::move(why), std::move(remedy)});
  }

  std::optional<std::string> virtual_machine() {
    const auto product = fs_.read_once("/sys/class/dmi/id/product_name");
    const auto vendor = fs_.read_once("/sys/class/dmi/id/sys_vendor");
    constexpr std::array kNames = {"kvm",      "qemu",           "virtual", "vmware", "firecracker",
                                   "hvm domu", "compute engine", "bochs",   "xen"};
    for (const auto& text : {product, vendor}) {
      if (!text) continue;
      for (const char* name : kNames) {
        if (probes::contains_word(*text, name)) return *text;
      }
    }
    const auto cpu = fs_.read_once("/proc/cpuinfo");
    if (cpu && cpu->find(" hypervisor") != std::string::npos) return "the CPU says hypervisor";
    return std::nullopt;
  }

  void check_power_mode(const BoardSpec& board, const Claim& claim) {
    const auto status = fs_.read_once("/var/lib/nvpmodel/status");
    if (status || fs_.exists("/sys/firmware/acpi/platform_profile")) return;
    add(Weight::advice,
        fmt::format("{}: claim {} is for power mode {}, which this board does not say", board.name,
                    claim.name, claim.power_mode),
        "the claim's condition cannot be checked", "note the mode in the profile's notes");
  }

  void governor() {
    for (const auto& path : fs_.glob("/sys/devices/system/cpu/cpufreq/policy*/scaling_governor")) {
      const auto now = fs_.read_once(path);
      if (!now || *now == "performance") continue;
      add(Weight::advice, "the CPU governor is " + *now,
          "clocks follow the load's shape as well as the heat",
          "echo performance > /sys/devices/system/cpu/cpufreq/policyN/scaling_governor, for each "
          "policy");
      return;
    }
  }

  void user_caps() {
    for (const ListedChannel& cap : channels_) {
      constexpr std::string_view kSuffix = ".frequency_cap";
      if (!cap.info.name.ends_with(kSuffix) || cap.state != State::good) continue;
      const std::string base = cap.info.name.substr(0, cap.info.name.size() - kSuffix.size());
      const ListedChannel* most = find_channel(channels_, base + ".frequency_max");
      if (most == nullptr || most->state != State::good || cap.value >= most->value) continue;
      add(Weight::advice,
          fmt::format("{} is capped at {} of {}", base, format_reading(cap.value, "Hz"),
                      format_reading(most->value, "Hz")),
          "the soak would measure the cap (unless heat holds it there at this moment)",
          "write the full clock to " + cap.info.source);
    }
  }

  void battery() {
    bool any_mains = false, powered = false;
    for (const std::string& supply : fs_.glob("/sys/class/power_supply/*")) {
      const auto type = fs_.read_once(supply + "/type");
      if (!type || *type != "Mains") continue;
      any_mains = true;
      powered = powered || fs_.read_once(supply + "/online") == "1";
    }
    if (any_mains && !powered) {
      add(Weight::advice, "the machine runs on its battery",
          "firmware limits power on battery, and the soak would empty it", "plug it in");
    }
  }

  void swap() {
    const ListedChannel* used = find_channel(channels_, "memory.swap_used");
    if (used == nullptr || used->state != State::good || used->value == 0) return;
    add(Weight::advice, format_reading(used->value, "By") + " of swap is in use",
        "swapping slows the load and looks like throttling",
        "swapoff -a, or choose a smaller model");
  }

  void huge_pages() {
    const auto mode = fs_.read_once("/sys/kernel/mm/transparent_hugepage/enabled");
    if (!mode || mode->find("[never]") == std::string::npos) return;
    add(Weight::advice, "transparent huge pages are off",
        "weights in small pages cost speed that is not the board's limit",
        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
  }

  void cgroup() {
    if (!is_real() || fs_.exists("/sys/fs/cgroup/cgroup.controllers") ||
        fs_.exists("/sys/fs/cgroup/cpu") || fs_.exists("/sys/fs/cgroup/memory")) {
      return;
    }
    add(Weight::advice, "no cgroup hierarchy is mounted",
        "an out-of-memory kill cannot be pinned to its workload",
        "mount -t cgroup2 none /sys/fs/cgroup");
  }

  HostFs& fs_;
  std::span<const ListedChannel> channels_;
  const Situation& situation_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> examine(HostFs& fs, std::span<const ListedChannel> channels,
                             const Situation& situation, const RunSpec* spec,
                             const BoardSpec* board) {
  Examination examination(fs, channels, situation);
  examination.signals();
  if (spec != nullptr && board != nullptr) examination.profile(*spec, *board);
  examination.machine();
  examination.settings();
  return examination.take();
}

std::string_view to_string(Weight weight) {
  constexpr std::array<std::string_view, 3> kNames = {"needed", "wanted", "advice"};
  return kNames[static_cast<std::size_t>(weight)];
}

}  // namespace soakrig::app
