// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/guard/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace soakrig::guard {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPlan = ".plan.json", kState = ".state.json", kLock = ".lock";

// The rename is only as durable as the folder that holds the name.
Result<void> write_durably(const std::string& folder, const std::string& path,
                           const std::string& text) {
  if (auto written = write_file_atomic(path, text); !written) return written;
  const Fd held(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!held || (::fsync(held.get()) != 0 && errno != EINVAL)) {
    return sys_error("cannot sync", folder);
  }
  return {};
}

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

bool is_run_name(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, plain);
}

std::string default_folder() {
  const auto set = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr && *value == '/' ? value : "");
  };
  if (const std::string own = set("SOAKRIG_GUARD_DIR"); !own.empty()) return own;
  if (const std::string state = set("XDG_STATE_HOME"); !state.empty()) {
    return state + "/soakrig/guard";
  }
  if (const std::string home = set("HOME"); !home.empty()) {
    return home + "/.local/state/soakrig/guard";
  }
  return "/var/lib/soakrig/guard";
}

Result<Files> Files::open(const std::string& folder) {
  const std::string remedy = "set SOAKRIG_GUARD_DIR to a folder of your own";
  std::error_code failed;
  fs::create_directories(fs::path(folder).parent_path(), failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return sys_error("cannot make the guard's folder", folder, remedy);
  }
  struct stat about {};
  if (::lstat(folder.c_str(), &about) != 0) return sys_error("cannot look at", folder, remedy);
  if (!S_ISDIR(about.st_mode) || about.st_uid != ::geteuid() || (about.st_mode & 022) != 0) {
    return Error{Errc::unsupported, "the guard's folder is not this user's alone", remedy, folder};
  }
  return Files(folder);
}

std::string Files::plan_path(const std::string& run) const {
  return folder_ + "/" + run + std::string(kPlan);
}
std::string Files::state_path(const std::string& run) const {
  return folder_ + "/" + run + std::string(kState);
}

std::string Files::agent_path(const std::string& run, std::size_t board) const {
  return folder_ + "/" + run + ".agent" + std::to_string(board);
}

std::vector<std::string> Files::runs() const {
  std::vector<std::string> out;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder_, failed)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(kPlan)) continue;
    name.resize(name.size() - kPlan.size());
    if (is_run_name(name)) out.push_back(name);
  }
  std::ranges::sort(out);
  return out;
}

Result<void> Files::save(const GuardPlan& plan) const {
  RIG_ASSERT(is_run_name(plan.run));
  return write_durably(folder_, plan_path(plan.run), encode_plan(plan));
}
Result<void> Files::save(const std::string& run, const GuardState& state) const {
  return write_durably(folder_, state_path(run), encode_state(state));
}

Result<GuardPlan> Files::plan(const std::string& run) const {
  const std::string path = plan_path(run);
  const auto text = read_own(path);
  if (!text) return text.error();
  auto plan = parse_plan(*text, path);
  if (plan && plan->run != run) {
    return Error{Errc::invalid, "the plan of run '" + plan->run + "' lies under another name",
                 "remove it once the chamber is known to be safe", path, 1};
  }
  return plan;
}

Result<GuardState> Files::state(const std::string& run) const {
  const auto text = read_own(state_path(run));
  if (!text && text.error().sys == ENOENT) return GuardState{};
  if (!text) return text.error();
  return parse_state(*text, state_path(run));
}

void Files::remove(const std::string& run) const {
  // The plan first: without it there is nothing that could be acted on.
  ::unlink(plan_path(run).c_str());
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder_, failed)) {
    if (entry.path().filename().string().starts_with(run + ".")) ::unlink(entry.path().c_str());
  }
}

Result<std::string> Files::read_own(const std::string& path) const {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return sys_error("cannot read", path);
  if (!S_ISREG(about.st_mode) || about.st_uid != ::geteuid() || (about.st_mode & 022) != 0) {
    return Error{Errc::unsupported, "not a file of this user alone",
                 "remove it once the chamber is known to be safe", path};
  }
  return read_file(path, kMaxPlanBytes);
}

Result<Fd> Files::lock(const std::string& path) const {
  for (;;) {
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return sys_error("cannot open", path);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return sys_error("cannot lock", path);
      return Error{Errc::busy, "another process holds it", "", path};
    }
    // The one that was opened may have been removed by its holder before it was locked.
    struct stat locked {}, named {};
    if (::fstat(fd.get(), &locked) == 0 && ::stat(path.c_str(), &named) == 0 &&
        locked.st_ino == named.st_ino && locked.st_dev == named.st_dev) {
      return fd;
    }
  }
}

Result<Fd> Files::lock_run(const std::string& run) const {
  return lock(folder_ + "/" + run + std::string(kLock));
}

std::string Files::bus_path(const std::string& endpoint) const {
  std::string name = "/bus-";
  for (const char c : endpoint) name += plain(c) || c == '.' ? c : '_';
  return folder_ + name + std::string(kLock);
}
Result<Fd> Files::lock_bus(const std::string& endpoint) const { return lock(bus_path(endpoint)); }
void Files::forget_bus(const std::string& endpoint) const {
  ::unlink(bus_path(endpoint).c_str());
}

}  // namespace soakrig::guard
