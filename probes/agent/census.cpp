// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/census.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "probes/agent/pid_file.hpp"
#include "probes/agent/state_dir.hpp"

namespace soakrig::agent {
namespace {

namespace fs = std::filesystem;

constexpr Nanos kGrace = 8 * kSecond;  // of its workloads, and a little more

// Made by an agent of this user, as its lock and its owner show.
bool is_state(const std::string& path) {
  struct stat folder {
  }, lock{};
  return ::lstat(path.c_str(), &folder) == 0 && S_ISDIR(folder.st_mode) &&
         folder.st_uid == ::geteuid() && ::lstat((path + "/lock").c_str(), &lock) == 0 &&
         S_ISREG(lock.st_mode);
}

std::uint64_t bytes_below(const std::string& path) {
  std::uint64_t sum = 0;
  std::error_code failed;
  for (auto it = fs::recursive_directory_iterator(path, failed);
       !failed && it != fs::recursive_directory_iterator(); it.increment(failed)) {
    std::error_code gone;  // a living agent deletes what was acknowledged
    const auto bytes = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    if (!gone) sum += bytes;
  }
  return sum;
}

}  // namespace

std::vector<Resident> residents(const std::string& folder, const Clock& clock) {
  std::vector<Resident> out;
  std::error_code failed;
  for (auto it = fs::directory_iterator(folder, failed); !failed && it != fs::directory_iterator();
       it.increment(failed)) {
    const std::string path = it->path().string();
    if (!is_state(path)) continue;
    const auto state = StateDir::open(path);
    if (!state) continue;
    Resident each{.name = it->path().filename().string(),
                  .spool_bytes = bytes_below(state->spool_path())};
    if (const auto owner = state->owner(); owner && is_alive(owner->process)) {
      each.pid = owner->process.pid;
      each.alone = state->alone_for(clock);
    }
    out.push_back(std::move(each));
  }
  std::ranges::sort(out, {}, &Resident::name);
  return out;
}

Result<void> clear_agent(const std::string& path, const Clock& clock) {
  if (::access(path.c_str(), F_OK) != 0) return {};
  if (struct stat folder{}; ::lstat(path.c_str(), &folder) == 0 && folder.st_uid != ::geteuid()) {
    return Error{Errc::unsupported, "the folder belongs to another user", "let that user clear it",
                 path};
  }
  if (!is_state(path)) {
    return Error{Errc::invalid, "it is no folder of a detached agent",
                 "see what there is: soakrig-agent --agents", path};
  }
  const auto state = StateDir::open(path);
  if (!state) return state.error();
  if (auto stopped = stop_agent(state->pid_path(), kGrace, clock); !stopped) {
    // A file that does not say who it is: whoever lives here has the lock.
    if (stopped.error().code != Errc::invalid) return stopped;
  }
  // A process counts as gone a moment before the last of its threads lets go of its files.
  const Nanos until = clock.boot_ns() + kSecond;
  auto lock = state->lock();
  while (!lock && clock.boot_ns() < until) {
    ::usleep(10'000);
    lock = state->lock();
  }
  if (!lock) return lock.error();
  std::error_code failed;
  fs::remove_all(path, failed);
  if (!failed) return {};
  return Error{Errc::io, "cannot delete it: " + failed.message(), "delete it by hand", path};
}

}  // namespace soakrig::agent
