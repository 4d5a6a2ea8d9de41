// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/workload_board.hpp"

#include <sys/stat.h>
#include <cerrno>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::agent {

namespace {

// A folder of that name, made if need be; a link in its place is refused.
Result<void> real_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0755) == 0) return {};
  if (errno != EEXIST) return sys_error("cannot make the folder", path);
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return sys_error("cannot look at", path);
  if (S_ISDIR(info.st_mode)) return {};
  Error error;
  error.code = Errc::invalid;
  error.what = "not a folder";
  error.file = path;
  error.remedy = "a board's tree holds its own run/soakrig";
  return error;
}

}  // namespace

std::string encode_workloads(const std::vector<PublishedWorkload>& workloads) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& workload : workloads) {
    list.push_back({{"name", workload.name},
                    {"pid", workload.process.pid},
                    {"start_time", workload.process.start_time},
                    {"role", workload.role}});
  }
  return dump_json({{"workloads", std::move(list)}}) + "\n";
}

Result<void> publish_workloads(const std::string& sysroot,
                               const std::vector<PublishedWorkload>& workloads) {
  const std::string run = sysroot + "/run";
  const std::string folder = run + "/soakrig";
  if (auto made = real_folder(run); !made) return made;
  if (auto made = real_folder(folder); !made) return made;
  return write_file_atomic(folder + "/workloads.json", encode_workloads(workloads));
}

}  // namespace soakrig::agent
