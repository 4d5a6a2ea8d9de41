// SPDX-License-Identifier: Apache-2.0
//
// The throttle as a cgroup CPU quota. v1: a group below the one we are in; v2: below the root of
// the hierarchy, the only group that may have both processes and limited children.
#include <sys/stat.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <sstream>
#include <thread>

#include "rig/base/control_group.hpp"
#include "rig/base/fd.hpp"
#include "rig/virtual/throttle.hpp"

namespace soakrig::virtual_bench {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "soakrig-bench-";
constexpr std::int64_t kPeriodUs = kThrottlePeriod / kMicrosecond;

// A control file takes its text in one write; no newline or truncation games.
bool put(const std::string& path, const std::string& text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string unlimited(bool v2) { return v2 ? "max " + std::to_string(kPeriodUs) : "-1"; }
std::string quota_file(const std::string& group, bool v2) {
  return group + (v2 ? "/cpu.max" : "/cpu.cfs_quota_us");
}

class CgroupThrottle final : public Throttle {
 public:
  CgroupThrottle(CgroupSite site, std::string group)
      : site_(std::move(site)), group_(std::move(group)) {}
  ~CgroupThrottle() override { release_cgroup(group_, site_.v2); }
  CgroupThrottle(const CgroupThrottle&) = delete;
  CgroupThrottle& operator=(const CgroupThrottle&) = delete;

  void govern(const std::vector<ProcessId>& processes) override {
    for (const ProcessId& id : processes) {
      if (std::ranges::find(governed_, id) != governed_.end()) continue;
      // By pid: if it was reused since it was listed, a stranger would be slowed, so look again.
      if (is_alive(id)) static_cast<void>(put(group_ + "/cgroup.procs", std::to_string(id.pid)));
    }
    for (const ProcessId& id : governed_) {
      if (std::ranges::find(processes, id) != processes.end() || !is_alive(id)) continue;
      static_cast<void>(put(site_.parent + "/cgroup.procs", std::to_string(id.pid)));
    }
    governed_ = processes;
  }

  void set(double ratio, double cores) override {
    const std::string text =
        ratio >= 1.0 ? unlimited(site_.v2)
        : site_.v2   ? std::to_string(quota_us(ratio, cores)) + " " + std::to_string(kPeriodUs)
                     : std::to_string(quota_us(ratio, cores));
    if (text == written_) return;
    if (put(quota_file(group_, site_.v2), text)) written_ = text;
  }

  Nanos tick(Nanos) override { return 0; }

  void lift() override {
    set(1.0, 1.0);
    govern({});
  }

  std::string_view kind() const override { return site_.v2 ? "cgroup-v2" : "cgroup-v1"; }
  std::string group() const override { return group_; }

 private:
  CgroupSite site_;
  std::string group_, written_;
  std::vector<ProcessId> governed_;
};

}  // namespace

std::int64_t quota_us(double ratio, double cores) {
  const double quota = std::clamp(ratio * cores, 0.0, 4096.0) * static_cast<double>(kPeriodUs);
  return std::max<std::int64_t>(1000, std::llround(quota));
}

std::string cgroup_name(const ProcessId& owner) {
  return std::string(kPrefix) + std::to_string(owner.pid) + "-" + std::to_string(owner.start_time);
}

std::vector<CgroupSite> cgroup_sites(std::string_view mountinfo, std::string_view self_cgroup) {
  std::optional<GroupMount> v1, v2;
  for (GroupMount& mount : parse_group_mounts(mountinfo)) {
    if (mount.v2) {
      v2 = std::move(mount);
    } else if (mount.has("cpu")) {
      v1 = std::move(mount);
    }
  }
  std::vector<CgroupSite> sites;
  if (v1) {
    for (const GroupPath& group : parse_group_paths(self_cgroup)) {
      if (!group.is_of(*v1) || group.path == "/") continue;
      if (auto folder = v1->folder_of(group.path)) sites.push_back({std::move(*folder), false});
    }
    sites.push_back({v1->folder, false});  // in a container the path may be seen from outside
  }
  if (v2) sites.push_back({v2->folder, true});
  return sites;
}

Result<std::unique_ptr<Throttle>> make_cgroup_throttle(const CgroupSite& site,
                                                       const ProcessId& owner) {
  const std::string group = site.parent + "/" + cgroup_name(owner);
  const auto refused = [&](const std::string& what) {
    ::rmdir(group.c_str());
    return Error{Errc::unsupported, what, "the bench stops and continues the workloads instead",
                 site.parent};
  };
  std::error_code failed;
  if (!fs::is_directory(site.parent, failed)) return refused("no such cgroup");
  if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) {
    return refused("a cgroup cannot be made here");
  }
  const bool period_set = site.v2 ? put(group + "/cpu.max", "max " + std::to_string(kPeriodUs))
                                  : put(group + "/cpu.cfs_period_us", std::to_string(kPeriodUs)) &&
                                        put(group + "/cpu.cfs_quota_us", "-1");
  if (!period_set) return refused("this cgroup has no CPU quota");
  return std::unique_ptr<Throttle>(std::make_unique<CgroupThrottle>(site, group));
}

void release_cgroup(const std::string& group, bool v2) {
  const std::string parent = fs::path(group).parent_path().string();
  // Processes may fork while they are moved, and a dying one still counts for a moment.
  for (int attempt = 0; attempt < 50; ++attempt) {
    static_cast<void>(put(quota_file(group, v2), unlimited(v2)));
    if (const auto processes = read_file(group + "/cgroup.procs", 1u << 20)) {
      for (const std::string& pid : words_of(*processes)) {
        static_cast<void>(put(parent + "/cgroup.procs", pid));
      }
    }
    if (::rmdir(group.c_str()) == 0 || errno == ENOENT || errno == ENOTEMPTY) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void remove_dead_groups(const CgroupSite& site) {
  std::error_code failed;
  std::vector<std::string> dead;
  for (const auto& entry : fs::directory_iterator(site.parent, failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    ProcessId owner{0, 0, current_boot_id()};
    const char* end = name.data() + name.size();
    const auto pid = std::from_chars(name.data() + kPrefix.size(), end, owner.pid);
    if (pid.ec != std::errc{} || pid.ptr == end || *pid.ptr != '-') continue;
    const auto start = std::from_chars(pid.ptr + 1, end, owner.start_time);
    if (start.ec != std::errc{} || start.ptr != end) continue;
    if (!is_alive(owner)) dead.push_back(entry.path().string());
  }
  for (const std::string& group : dead) release_cgroup(group, site.v2);
}

Result<std::unique_ptr<Throttle>> make_throttle(ThrottleChoice choice, const ProcessId& owner) {
  Error last{Errc::unsupported, "this system has no cgroup with a CPU quota",
             "use --throttle stop"};
  const auto mounts = read_file("/proc/self/mountinfo");
  const auto groups = read_file("/proc/self/cgroup");
  if (mounts && groups) {
    const auto sites = cgroup_sites(*mounts, *groups);
    for (const CgroupSite& site : sites) remove_dead_groups(site);
    if (choice != ThrottleChoice::cgroup) return make_stop_throttle();
    for (const CgroupSite& site : sites) {
      auto made = make_cgroup_throttle(site, owner);
      if (made) return made;
      last = made.error();
    }
  }
  if (choice == ThrottleChoice::cgroup) return last;
  return make_stop_throttle();
}

}  // namespace soakrig::virtual_bench
