// SPDX-License-Identifier: Apache-2.0
//
// Where the kernel's control groups are mounted, v1 and v2, and in which of them a process is:
// /proc/PID/mountinfo and /proc/PID/cgroup, see cgroups(7). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig {

// What hangs together: the controllers of a v1 hierarchy ("cpu", "cpuacct"; "name=systemd").
struct GroupMount {
  std::string folder;  // where it is mounted
  std::string root;    // the group that is seen there; "/" but in containers
  bool v2 = false;
  std::vector<std::string> controllers = {};  // v1
  [[nodiscard]] bool has(std::string_view controller) const;
  // The group's folder. Absent: it is not below what is mounted.
  [[nodiscard]] std::optional<std::string> folder_of(std::string_view path) const;
};
[[nodiscard]] std::vector<GroupMount> parse_group_mounts(std::string_view mountinfo);

struct GroupPath {
  std::vector<std::string> controllers;  // empty: of the v2 hierarchy
  std::string path;
  // Whether it is of that mount's hierarchy.
  [[nodiscard]] bool is_of(const GroupMount& mount) const;
};
[[nodiscard]] std::vector<GroupPath> parse_group_paths(std::string_view cgroup);

}  // namespace soakrig
