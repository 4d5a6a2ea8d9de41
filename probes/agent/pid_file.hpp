// SPDX-License-Identifier: Apache-2.0
//
// Which process the agent is, in a file, so that somebody who did not start it can end it: the
// guard, when the controller is lost. {"pid","start_time","boot_id","setup"}.
#pragma once

#include <string>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::agent {

// Says so while it lives.
class PidFile {
 public:
  // Empty path: says it nowhere. Throws Fatal when it cannot be written.
  explicit PidFile(std::string path, const std::string& setup = {});
  PidFile(const PidFile&) = delete;
  PidFile& operator=(const PidFile&) = delete;
  ~PidFile();

 private:
  std::string path_;
};

struct PidFileText {
  ProcessId process;
  std::string setup;  // how it was set up, in its own words
};
[[nodiscard]] Result<PidFileText> read_pid_file(const std::string& path);

// Ends the agent that `path` names: asks, and after `grace` no longer asks; its workloads go with
// it. Good when it is gone, or was never there. Errc::invalid: not such a file; timeout: it is
// still there.
[[nodiscard]] Result<void> stop_agent(const std::string& path, Nanos grace, const Clock& clock);

}  // namespace soakrig::agent
