// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/board_tree.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "rig/base/fd.hpp"
#include "rig/base/process_id.hpp"

namespace soakrig::virtual_bench {
namespace {
namespace fs = std::filesystem;

constexpr const char* kMarker = "soakrig-virtual";
constexpr const char* kZone = "sys/class/thermal/thermal_zone0/";
constexpr const char* kCooling = "sys/class/thermal/cooling_device0/";
constexpr const char* kPolicy = "sys/devices/system/cpu/cpufreq/policy0/";
constexpr const char* kHwmon = "sys/class/hwmon/hwmon0/";

// A file that changes. `channel` is the fault target that moves it, empty = none.
struct LiveFile {
  std::string channel;
  std::string path;  // below the root
  Fd fd;
  std::size_t length = 0;
  std::string last;
  bool frozen = false, gone = false;
};

enum Live : std::size_t {
  kTemp,
  kState,
  kClock,
  kInfoClock,
  kCap,
  kPower,
  kHwmonTemp,
  kUptime,
  kLive
};

struct LiveName {
  const char* channel;
  const char* folder;
  const char* name;
};
constexpr std::array<LiveName, kLive> kLiveNames = {{
    {"soc.temperature", kZone, "temp"},
    {"cooling.state", kCooling, "cur_state"},
    {"cpu.frequency", kPolicy, "scaling_cur_freq"},
    {"cpu.frequency", kPolicy, "cpuinfo_cur_freq"},
    {"cpu.frequency_cap", kPolicy, "scaling_max_freq"},
    {"hwmon.power", kHwmon, "power1_input"},
    {"hwmon.temperature", kHwmon, "temp1_input"},
    {"", "proc/", "uptime"},
}};

Result<void> put(const fs::path& root, const std::string& path, std::string_view text) {
  const fs::path full = root / path;
  std::error_code failed;
  fs::create_directories(full.parent_path(), failed);
  const Fd fd(::open(full.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!fd) return sys_error("cannot create", full.string(), "choose a folder that can be written");
  if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return sys_error("cannot write", full.string(), "check free space");
  }
  return {};
}

std::string line(long long value) { return std::to_string(value) + "\n"; }
long long khz(double hz) { return std::llround(hz / 1000.0); }
long long milli(double value) { return std::llround(value * 1000.0); }

// Text of the running kernel, or a fallback.
std::string host_text(const char* path, const std::string& fallback) {
  const auto text = read_file(path, 4096);
  return text ? *text : fallback;
}

std::string cpu_list(int cores) {
  return cores == 1 ? "0\n" : "0-" + std::to_string(cores - 1) + "\n";
}

using Files = std::vector<std::pair<std::string, std::string>>;

void thermal_files(Files& files, const ThermalParameters& model) {
  const std::string zone = kZone;
  const std::string cooling = kCooling;
  files.emplace_back(zone + "type", "cpu-thermal\n");
  files.emplace_back(zone + "mode", "enabled\n");
  files.emplace_back(zone + "policy", "step_wise\n");
  files.emplace_back(zone + "available_policies", "step_wise\n");
  files.emplace_back(zone + "trip_point_0_type", "passive\n");
  files.emplace_back(zone + "trip_point_0_temp", line(milli(model.trip)));
  files.emplace_back(zone + "trip_point_0_hyst", line(milli(model.hysteresis)));
  files.emplace_back(zone + "trip_point_1_type", "critical\n");
  files.emplace_back(zone + "trip_point_1_temp", line(milli(model.critical)));
  files.emplace_back(zone + "trip_point_1_hyst", "0\n");
  files.emplace_back(cooling + "type", "cpufreq-cpu0\n");
  files.emplace_back(cooling + "max_state", line(static_cast<long long>(model.clocks.size()) - 1));
}

void clock_files(Files& files, const ThermalParameters& model, int cores) {
  const std::string policy = kPolicy;
  std::string clocks, cpus;
  for (auto clock = model.clocks.rbegin(); clock != model.clocks.rend(); ++clock) {
    clocks += std::to_string(khz(*clock)) + " ";
  }
  for (int cpu = 0; cpu < cores; ++cpu) cpus += (cpu > 0 ? " " : "") + std::to_string(cpu);
  files.emplace_back(policy + "cpuinfo_max_freq", line(khz(model.clocks.front())));
  files.emplace_back(policy + "cpuinfo_min_freq", line(khz(model.clocks.back())));
  files.emplace_back(policy + "scaling_min_freq", line(khz(model.clocks.back())));
  files.emplace_back(policy + "scaling_available_frequencies", clocks + "\n");
  files.emplace_back(policy + "scaling_governor", "performance\n");
  files.emplace_back(policy + "scaling_available_governors", "performance\n");
  files.emplace_back(policy + "scaling_driver", "soakrig-virtual\n");
  files.emplace_back(policy + "affected_cpus", cpus + "\n");
  files.emplace_back(policy + "related_cpus", cpus + "\n");
  for (const char* name : {"online", "present", "possible"}) {
    files.emplace_back(std::string("sys/devices/system/cpu/") + name, cpu_list(cores));
  }
}

void identity_files(Files& files, int cores) {
  using namespace std::string_literals;
  const std::string model = "soakrig virtual board\0"s;
  std::string cpuinfo;
  for (int cpu = 0; cpu < cores; ++cpu) {
    cpuinfo += "processor\t: " + std::to_string(cpu) + "\nmodel name\t: soakrig virtual CPU\n\n";
  }
  cpuinfo += "Model\t\t: soakrig virtual board\nSerial\t\t: virtual\n";
  files.emplace_back("proc/cpuinfo", cpuinfo);
  for (const std::string base : {"proc/device-tree/", "sys/firmware/devicetree/base/"}) {
    files.emplace_back(base + "model", model);
    files.emplace_back(base + "compatible", "soakrig,virtual-board\0"s);
    files.emplace_back(base + "serial-number", "virtual\0"s);
  }
  // The processor and its kernel are the machine's own: so are boot and version.
  files.emplace_back("proc/sys/kernel/random/boot_id", current_boot_id() + "\n");
  files.emplace_back("proc/sys/kernel/osrelease",
                     host_text("/proc/sys/kernel/osrelease", "unknown\n"));
  files.emplace_back("proc/sys/kernel/hostname", "soakrig-virtual\n");
  files.emplace_back("proc/version", host_text("/proc/version", "Linux\n"));
  files.emplace_back(std::string(kHwmon) + "name", "soakrig_virtual\n");
  files.emplace_back(std::string(kHwmon) + "temp1_label", "soc\n");
  files.emplace_back(std::string(kHwmon) + "power1_label", "board\n");
  files.emplace_back("run/soakrig/.keep", "");
}

Result<void> check_root(const fs::path& root) {
  std::error_code failed;
  fs::create_directories(root, failed);
  if (failed) {
    return Error{Errc::io, "cannot create the tree: " + failed.message(),
                 "choose a folder that can be written", root.string()};
  }
  if (fs::exists(root / kMarker, failed) || fs::is_empty(root, failed)) return {};
  return Error{Errc::busy, "the folder is not empty and no virtual board's",
               "give --tree an empty or a new folder", root.string()};
}

}  // namespace

struct BoardTree::Impl {
  fs::path root;
  ThermalParameters model;
  std::array<LiveFile, kLive> live;

  Result<void> open_live(LiveFile& file) {
    const fs::path full = root / file.path;
    std::error_code failed;
    fs::create_directories(full.parent_path(), failed);
    file.fd = Fd(::open(full.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file.fd) return sys_error("cannot create", full.string());
    file.length = 0;
    return {};
  }

  // The old text's length is filled with newlines, then cut: a reader in between sees a whole value
  // and blank lines, never the tail of an older one.
  static void write(LiveFile& file, const std::string& text) {
    if (!file.frozen) file.last = text;
    if (file.gone || !file.fd) return;
    std::string padded = file.last;
    if (padded.size() < file.length) padded.append(file.length - padded.size(), '\n');
    if (::pwrite(file.fd.get(), padded.data(), padded.size(), 0) < 0) return;
    if (padded.size() != file.last.size() || file.length > file.last.size()) {
      static_cast<void>(::ftruncate(file.fd.get(), static_cast<off_t>(file.last.size())) == 0);
    }
    file.length = file.last.size();
  }
};

std::vector<std::string> tree_channels() {
  std::vector<std::string> names;
  for (const LiveName& name : kLiveNames) {
    if (*name.channel != '\0') names.emplace_back(name.channel);
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

BoardTree::BoardTree(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BoardTree::BoardTree(BoardTree&&) noexcept = default;
BoardTree& BoardTree::operator=(BoardTree&&) noexcept = default;
BoardTree::~BoardTree() = default;

const std::string& BoardTree::root() const { return impl_->root.native(); }

Result<BoardTree> BoardTree::create(const std::string& root, const ThermalParameters& model,
                                    int cores) {
  auto impl = std::make_unique<Impl>();
  std::error_code failed;
  impl->root = fs::absolute(root, failed);
  impl->model = model;
  if (auto usable = check_root(impl->root); !usable) return usable.error();
  // The marker first: there is no moment at which the tree could be taken for a real one.
  Files files = {{kMarker, "This tree is simulated by soakrig virtual serve.\n"}};
  thermal_files(files, model);
  clock_files(files, model, cores);
  identity_files(files, cores);
  for (const auto& [path, text] : files) {
    if (auto done = put(impl->root, path, text); !done) return done.error();
  }
  for (int cpu = 0; cpu < cores; ++cpu) {
    const fs::path folder = impl->root / ("sys/devices/system/cpu/cpu" + std::to_string(cpu));
    fs::create_directories(folder, failed);
    fs::create_symlink("../cpufreq/policy0", folder / "cpufreq", failed);  // may be there already
  }
  for (std::size_t i = 0; i < kLive; ++i) {
    LiveFile& file = impl->live[i];
    file.channel = kLiveNames[i].channel;
    file.path = std::string(kLiveNames[i].folder) + kLiveNames[i].name;
    if (auto opened = impl->open_live(file); !opened) return opened.error();
  }
  // A list of workloads left by an older bench names processes that are not ours.
  fs::remove(impl->root / "run/soakrig/workloads.json", failed);
  return BoardTree(std::move(impl));
}

void BoardTree::update(const BoardReading& now) {
  const double clock = impl_->model.clocks[now.cooling];
  auto& live = impl_->live;
  Impl::write(live[kTemp], line(milli(now.temperature)));
  Impl::write(live[kState], line(static_cast<long long>(now.cooling)));
  Impl::write(live[kClock], line(khz(clock)));
  Impl::write(live[kInfoClock], line(khz(clock)));
  Impl::write(live[kCap], line(khz(clock)));
  Impl::write(live[kPower], line(std::llround(now.power * 1e6)));
  Impl::write(live[kHwmonTemp], line(milli(now.temperature)));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f 0.00\n", now.uptime);
  Impl::write(live[kUptime], text.data());
}

void BoardTree::freeze(const std::string& channel, bool frozen) {
  for (LiveFile& file : impl_->live) {
    if (file.channel == channel) file.frozen = frozen;
  }
}

void BoardTree::vanish(const std::string& channel, bool gone) {
  for (LiveFile& file : impl_->live) {
    if (file.channel != channel || file.gone == gone) continue;
    file.gone = gone;
    if (gone) {
      // Emptied too: who holds it open must not go on reading the last value.
      static_cast<void>(::ftruncate(file.fd.get(), 0) == 0);
      ::unlink((impl_->root / file.path).c_str());
      file.fd.reset();
    } else if (impl_->open_live(file)) {
      Impl::write(file, file.last);
    }
  }
}

}  // namespace soakrig::virtual_bench
