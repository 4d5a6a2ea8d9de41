// SPDX-License-Identifier: Apache-2.0
//
// The containers that a workload said it had started: {"event":{"container":{"id":…}}}. Their
// processes are the runtime's children, not the workload's, and are measured and ended by their
// control group. What the workload says is hostile: an id is one or is ignored, and there are few.
// One owner; not thread-safe.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "probes/container_group.hpp"
#include "rig/base/work_protocol.hpp"

namespace soakrig::agent {

class Containers {
 public:
  static constexpr std::size_t kMost = 8;  // the oldest is forgotten

  // `root`: as in ContainerGroup::find.
  explicit Containers(std::string root = "") : root_(std::move(root)) {}

  void heed(const work::Note& note);
  void forget_all() { known_.clear(); }
  [[nodiscard]] bool empty() const { return known_.empty(); }
  // Of all together. Absent while one that was told is not to be found: a sum without it would lie.
  // One that was found and has gone uses nothing any more.
  [[nodiscard]] std::optional<probes::TreeUsage> usage();
  [[nodiscard]] std::vector<pid_t> processes();

 private:
  struct Known {
    std::string id;
    std::optional<probes::ContainerGroup> group;
  };
  void look_for_groups();

  std::string root_;
  std::deque<Known> known_;
};

}  // namespace soakrig::agent
