// SPDX-License-Identifier: Apache-2.0
//
// The bench's dead man's switch: a forked process that holds one end of a pipe and, when the other
// end closes because the bench is gone, continues every process the bench may have stopped and
// removes its cgroup. The bench tells it what to undo before doing it.
//
// Start it before there are threads: it forks without exec.
#pragma once

#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"

namespace soakrig::virtual_bench {

class LiftWatcher {
 public:
  [[nodiscard]] static Result<LiftWatcher> start();
  LiftWatcher(LiftWatcher&&) noexcept = default;
  LiftWatcher& operator=(LiftWatcher&&) noexcept = default;
  ~LiftWatcher();  // lets it end (it undoes what it was last told) and waits for it

  // Replaces what it would undo. `group` may be empty. False when the watcher is gone: nothing may
  // be slowed then.
  [[nodiscard]] bool tell(const std::vector<ProcessId>& processes, const std::string& group);
  [[nodiscard]] bool alive() const;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  LiftWatcher(Fd pipe, pid_t pid) : pipe_(std::move(pipe)), pid_(pid) {}
  Fd pipe_;
  pid_t pid_ = -1;
};

// One message: every process, the group, an end line. Exposed for the test; pure.
struct LiftOrder {
  std::vector<ProcessId> processes;  // boot_id empty
  std::string group;
};
[[nodiscard]] std::string encode_lift(const LiftOrder& order);
// The last complete message in `text`, absent when there is none.
[[nodiscard]] LiftOrder last_lift(const std::string& text);

}  // namespace soakrig::virtual_bench
