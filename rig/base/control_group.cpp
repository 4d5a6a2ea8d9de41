// SPDX-License-Identifier: Apache-2.0
#include "rig/base/control_group.hpp"

#include <algorithm>

namespace soakrig {

namespace {

std::string_view take_until(std::string_view& rest, char end) {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::string_view part = take_until(text, separator);
    if (!part.empty()) out.emplace_back(part);
  }
  return out;
}

}  // namespace

bool GroupMount::has(std::string_view controller) const {
  return std::ranges::find(controllers, controller) != controllers.end();
}

std::optional<std::string> GroupMount::folder_of(std::string_view path) const {
  if (!path.starts_with('/') || path.find("..") != std::string_view::npos) return std::nullopt;
  if (root != "/") {
    if (!path.starts_with(root)) return std::nullopt;
    path.remove_prefix(root.size());
    if (!path.empty() && path.front() != '/') return std::nullopt;
  }
  return path == "/" ? folder : folder + std::string(path);
}

std::vector<GroupMount> parse_group_mounts(std::string_view mountinfo) {
  // ID PARENT MAJ:MIN ROOT MOUNTPOINT OPTIONS [TAGS…] - FSTYPE SOURCE SUPEROPTIONS
  std::vector<GroupMount> out;
  while (!mountinfo.empty()) {
    const std::string_view line = take_until(mountinfo, '\n');
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    auto left = split(line.substr(0, dash), ' ');
    const auto right = split(line.substr(dash + 3), ' ');
    if (left.size() < 5 || right.size() < 3) continue;
    const bool v2 = right[0] == "cgroup2";
    if (!v2 && right[0] != "cgroup") continue;
    out.push_back({std::move(left[4]), std::move(left[3]), v2,
                   v2 ? std::vector<std::string>() : split(right[2], ',')});
  }
  return out;
}

bool GroupPath::is_of(const GroupMount& mount) const {
  if (mount.v2 || controllers.empty()) return mount.v2 && controllers.empty();
  return mount.has(controllers.front());
}

std::vector<GroupPath> parse_group_paths(std::string_view cgroup) {
  // NUMBER:CONTROLLERS:PATH
  std::vector<GroupPath> out;
  while (!cgroup.empty()) {
    std::string_view line = take_until(cgroup, '\n');
    if (std::ranges::count(line, ':') < 2) continue;
    static_cast<void>(take_until(line, ':'));
    auto controllers = split(take_until(line, ':'), ',');
    out.push_back({std::move(controllers), std::string(line)});
  }
  return out;
}

}  // namespace soakrig
