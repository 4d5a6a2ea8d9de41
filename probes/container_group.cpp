// SPDX-License-Identifier: Apache-2.0
#include "probes/container_group.hpp"

#include <algorithm>
#include <filesystem>

#include "probes/parse.hpp"
#include "rig/base/control_group.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::probes {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostText = 1u << 20;
constexpr int kMostGroups = 256;  // below a container's own

std::string text_of(const std::string& path) {
  auto text = read_file(path, kMostText);
  return text ? std::move(*text) : std::string();
}

std::optional<double> number(std::string_view text) {
  const auto value = parse_uint(take_word(text));
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

std::optional<double> number_of(const std::string& text, std::string_view key) {
  const auto word = find_value(text, key);
  return word ? number(*word) : std::nullopt;
}

void add_members(const std::string& folder, std::vector<pid_t>& out) {
  const std::string text = text_of(folder + "/cgroup.procs");
  for (std::string_view rest = text; !rest.empty() && out.size() < kMaxTree;) {
    if (const auto pid = parse_uint(take_line(rest))) out.push_back(static_cast<pid_t>(*pid));
  }
}

}  // namespace

std::string_view container_part(std::string_view path, std::string_view id) {
  for (std::size_t at = path.find(id); at != std::string_view::npos; at = path.find(id, at + 1)) {
    const std::size_t begin = path.rfind('/', at) + 1;
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view before = path.substr(begin, at - begin);
    const std::string_view behind = path.substr(at + id.size(), end - at - id.size());
    const bool named = (before.empty() || before.ends_with('-')) &&
                       (behind.empty() || behind == ".scope");
    if (named && before.find("conmon") == std::string_view::npos) return path.substr(0, end);
  }
  return {};
}

std::optional<ContainerGroup> ContainerGroup::find(std::string_view id, const std::string& root) {
  ContainerGroup out;
  out.proc_ = root + "/proc";
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(out.proc_, failed)) {
    if (!parse_uint(entry.path().filename().string())) continue;
    const std::string text = text_of(entry.path().string() + "/cgroup");
    if (text.find(id) == std::string::npos) continue;
    const auto mounts = parse_group_mounts(text_of(out.proc_ + "/self/mountinfo"));
    for (const GroupPath& group : parse_group_paths(text)) {
      const std::string_view part = container_part(group.path, id);
      if (part.empty()) continue;
      for (const GroupMount& mount : mounts) {
        const auto folder = group.is_of(mount) ? mount.folder_of(part) : std::nullopt;
        if (!folder || !fs::is_directory(root + *folder, failed)) continue;
        const Folder found{root + *folder, mount.v2};
        // A v1 hierarchy counts where there is one for it: v2 has no such controller beside it then.
        const auto take = [&](Folder& into, std::string_view controller) {
          if (mount.has(controller) || (mount.v2 && into.path.empty())) into = found;
        };
        take(out.memory_, "memory");
        take(out.cpu_, "cpuacct");
        if (out.members_.path.empty()) out.members_ = found;
      }
    }
    if (!out.members_.path.empty()) return out;
  }
  return std::nullopt;
}

std::vector<pid_t> ContainerGroup::processes() const {
  std::vector<pid_t> out;
  add_members(members_.path, out);
  std::error_code failed;
  int groups = 0;
  for (fs::recursive_directory_iterator entry(members_.path, failed), end;
       !failed && entry != end && groups < kMostGroups; entry.increment(failed)) {
    if (!entry->is_directory(failed)) continue;
    ++groups;
    add_members(entry->path().string(), out);
  }
  return out;
}

std::optional<double> ContainerGroup::memory() const {
  if (memory_.path.empty()) return std::nullopt;
  const std::string stat = text_of(memory_.path + "/memory.stat");
  const auto anonymous = number_of(stat, memory_.v2 ? "anon" : "total_rss");
  if (!anonymous) return std::nullopt;
  // Without swap, or where swap is not counted, there is no such line or file.
  const auto swapped = memory_.v2 ? number(text_of(memory_.path + "/memory.swap.current"))
                                  : number_of(stat, "total_swap");
  return *anonymous + swapped.value_or(0);
}

std::optional<double> ContainerGroup::cpu_s() const {
  if (cpu_.path.empty()) return std::nullopt;
  const auto used = cpu_.v2 ? number_of(text_of(cpu_.path + "/cpu.stat"), "usage_usec")
                            : number(text_of(cpu_.path + "/cpuacct.usage"));
  if (!used) return std::nullopt;
  return *used * (cpu_.v2 ? 1e-6 : 1e-9);
}

Result<TreeUsage> ContainerGroup::usage() const {
  std::error_code failed;
  if (!fs::is_directory(members_.path, failed)) {
    return Error{.code = Errc::not_found, .what = "the container is gone", .file = members_.path};
  }
  const auto counted = memory(), cpu = cpu_s();
  TreeUsage out;
  const std::vector<pid_t> pids = processes();
  if (counted && cpu) {
    out.processes = static_cast<int>(pids.size());
  } else {
    for (const pid_t pid : pids) add_process(pid, out, proc_);
  }
  out.memory_bytes = counted.value_or(out.memory_bytes);
  out.cpu_s = cpu.value_or(out.cpu_s);
  return out;
}

}  // namespace soakrig::probes
