// SPDX-License-Identifier: Apache-2.0
//
// Tells a virtual board which processes heat it: <sysroot>/run/soakrig/workloads.json, replaced
// atomically at every start and exit of a workload (design: the virtual bench). A real board has
// its own heat, so nothing is published there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"

namespace soakrig::agent {

struct PublishedWorkload {
  std::string name;
  ProcessId process;
  std::string role = "engine";
};

// {"workloads":[{"name","pid","start_time","role"}]} and a newline.
[[nodiscard]] std::string encode_workloads(const std::vector<PublishedWorkload>& workloads);

// Makes the folder where it is missing. The tree's own links are not followed out of it.
[[nodiscard]] Result<void> publish_workloads(const std::string& sysroot,
                                             const std::vector<PublishedWorkload>& workloads);

}  // namespace soakrig::agent
