// SPDX-License-Identifier: Apache-2.0
//
// The processes of a container, by its control group: they descend from the container's runtime, not
// from what started it. v1 and v2, whatever the runtime calls the group: it has the container's id
// in its name. Always of the real /proc, as in process_tree.hpp.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/process_tree.hpp"
#include "rig/base/result.hpp"

namespace soakrig::probes {

class ContainerGroup {
 public:
  // By any process in it; absent while there is none. `root` stands before /proc and the mounts, for
  // tests.
  [[nodiscard]] static std::optional<ContainerGroup> find(std::string_view id,
                                                          const std::string& root = "");

  // Of the group and those below it; at most kMaxTree.
  [[nodiscard]] std::vector<pid_t> processes() const;
  // Memory (anonymous and swapped) and CPU time by the group's own counters, which know of processes
  // that have ended too; where the kernel does not count, summed over its processes.
  // Errc::not_found: it is gone.
  [[nodiscard]] Result<TreeUsage> usage() const;

 private:
  struct Folder {
    std::string path;  // empty: there is none
    bool v2 = false;
  };
  [[nodiscard]] std::optional<double> memory() const;
  [[nodiscard]] std::optional<double> cpu_s() const;

  std::string proc_;
  Folder members_, memory_, cpu_;
};

// The container's group within the path of one of its processes ("/docker/ID", "/a/libpod-ID.scope/b");
// empty where the path is none of its. The group of a container's monitor is not the container's. Pure.
[[nodiscard]] std::string_view container_part(std::string_view path, std::string_view id);

}  // namespace soakrig::probes
