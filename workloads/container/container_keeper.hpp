// SPDX-License-Identifier: Apache-2.0
//
// Stands between a workload and the container that it runs: starts `docker run` or `podman run`,
// ends as the container ends, stops it in order on SIGTERM, and takes it away when the workload is
// gone. The runtime's command line tool can do none of this once it is killed: the container is not
// its child. A process of its own: `soakrig-work keep-container`.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

inline constexpr Nanos kContainerGrace = 3 * kSecond;  // between being asked to end and SIGKILL

struct KeeperOptions {
  std::string id_file;            // where the runtime writes the container's id
  pid_t parent = 0;               // whose container it is
  std::vector<std::string> argv;  // as in the profile
};

// The keeper's own command line, and back. Pure. Errc::invalid: it is none.
inline constexpr std::string_view kKeeperVerb = "keep-container";
[[nodiscard]] std::vector<std::string> keeper_argv(const std::string& program,
                                                   const KeeperOptions& options);
[[nodiscard]] Result<KeeperOptions> parse_keeper_argv(const std::vector<std::string>& argv);

// How it ended: as the container did, or the runtime's tool where there never was one.
struct KeptEnd {
  int code = 0;
  int signal = 0;  // 0 = by the code
};

// Blocks until the container is gone. What it prints is this process's. Errc::invalid: no
// container's argv. The process must have one thread, and its SIGTERM and SIGINT are taken.
[[nodiscard]] Result<KeptEnd> keep_container(const KeeperOptions& options);

// How a program in the container ended, from the code that `run` gives for it. Pure.
[[nodiscard]] KeptEnd kept_end(int code);

}  // namespace soakrig::workloads
