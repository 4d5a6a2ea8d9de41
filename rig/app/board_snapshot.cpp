// SPDX-License-Identifier: Apache-2.0
#include "rig/app/board_snapshot.hpp"

#include <algorithm>
#include <charconv>

namespace soakrig::app {
namespace {

constexpr std::size_t kMostFiles = 512, kMostText = 64u << 10;

// One line without a single quote. A line of a file comes with a blank in front, so that no file can
// be taken for an answer.
constexpr std::string_view kScript =
    "LC_ALL=C; export LC_ALL; say() { printf \"%s\\n\" \"$*\"; }; say look 1; say uid \"$(id -u)\"; "
    "say cores \"$(nproc 2>/dev/null || grep -c ^processor /proc/cpuinfo)\"; "
    "for f in /sys/class/dmi/id/product_name /sys/class/dmi/id/sys_vendor /proc/cpuinfo "
    "/proc/meminfo /proc/device-tree/model /var/lib/nvpmodel/status "
    "/sys/firmware/acpi/platform_profile /sys/devices/system/cpu/cpufreq/policy*/scaling_governor "
    "/sys/class/power_supply/*/type /sys/class/power_supply/*/online "
    "/sys/kernel/mm/transparent_hugepage/enabled /sys/fs/cgroup/cgroup.controllers "
    "/sys/fs/cgroup/cpu /sys/fs/cgroup/memory /sys/class/powercap/*/energy_uj; do "
    "[ -e \"$f\" ] || continue; say file \"$f\"; case $f in */energy_uj) continue;; esac; "
    "[ ! -d \"$f\" ] || continue; head -c 4096 \"$f\" 2>/dev/null | sed \"s/^/ /\"; say; done; "
    "say end";

std::uint64_t number_in(std::string_view text) {
  const auto digit = text.find_first_of("0123456789");
  std::uint64_t out = 0;
  if (digit == std::string_view::npos) return 0;
  const char* const end = text.data() + text.size();
  return std::from_chars(text.data() + digit, end, out).ec == std::errc{} ? out : 0;
}

class OneText final : public probes::FileSource {
 public:
  explicit OneText(std::string text) : text_(std::move(text)) {}
  probes::Text read() override { return {State::good, 0, text_}; }

 private:
  std::string text_;
};

class SnapshotFs final : public probes::HostFs {
 public:
  SnapshotFs(BoardSnapshot snapshot, Provenance provenance)
      : snapshot_(std::move(snapshot)), provenance_(provenance) {}

  probes::File open(std::string_view path, probes::ReadMode, probes::Scope) override {
    const auto found = snapshot_.files.find(std::string(path));
    if (found == snapshot_.files.end() || found->second.empty()) return {};
    return {std::make_unique<OneText>(found->second), std::string(path)};
  }

  std::vector<std::string> list(std::string_view directory, probes::Scope) override {
    std::vector<std::string> out;
    const std::string below = std::string(directory) + (directory.ends_with('/') ? "" : "/");
    for (const auto& [path, text] : snapshot_.files) {
      if (!path.starts_with(below)) continue;
      std::string name = path.substr(below.size());
      name.resize(std::min(name.find('/'), name.size()));
      if (!name.empty() && (out.empty() || out.back() != name)) out.push_back(std::move(name));
    }
    std::ranges::sort(out, probes::natural_less);
    return out;
  }

  bool exists(std::string_view path, probes::Scope) override {
    const std::string below = std::string(path) + "/";
    return std::ranges::any_of(snapshot_.files, [&](const auto& file) {
      return file.first == path || file.first.starts_with(below);
    });
  }

  Provenance provenance(probes::Scope) const override { return provenance_; }
  std::unique_ptr<probes::LogSource> open_kernel_log() override { return nullptr; }
  const std::string& root() const override { return root_; }

 private:
  BoardSnapshot snapshot_;
  Provenance provenance_;
  std::string root_ = "/";
};

}  // namespace

std::string snapshot_command() { return "exec /bin/sh -c '" + std::string(kScript) + "'"; }

BoardSnapshot parse_snapshot(std::string_view output) {
  BoardSnapshot out;
  std::string* text = nullptr;
  bool begun = false;
  while (!output.empty()) {
    const std::string_view line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(output.size(), line.size() + 1));
    begun = begun || line == "look 1";
    if (!begun) continue;  // a login shell's banner
    if (line.starts_with(' ')) {
      if (text != nullptr && text->size() + line.size() < kMostText) {
        *text += std::string(line.substr(1)) + "\n";
      }
    } else if (line.starts_with("file /") && out.files.size() < kMostFiles) {
      text = &out.files[std::string(line.substr(5))];
    } else if (line.starts_with("uid ")) {
      out.root = line == "uid 0";
    } else if (line.starts_with("cores ")) {
      out.cores = static_cast<unsigned>(std::clamp<std::uint64_t>(number_in(line), 1, 4096));
    }
  }
  const auto memory = out.files.find("/proc/meminfo");
  if (memory == out.files.end()) return out;
  const auto available = memory->second.find("MemAvailable:");
  if (available != std::string::npos) {
    out.free_memory = number_in(std::string_view(memory->second).substr(available)) * 1024;
  }
  return out;
}

std::unique_ptr<probes::HostFs> open_snapshot(BoardSnapshot snapshot, Provenance provenance) {
  return std::make_unique<SnapshotFs>(std::move(snapshot), provenance);
}

}  // namespace soakrig::app
