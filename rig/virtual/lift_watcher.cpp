// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/lift_watcher.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "rig/virtual/throttle.hpp"

namespace soakrig::virtual_bench {
namespace {

void undo(const LiftOrder& order) {
  const std::string boot_id = current_boot_id();
  for (ProcessId id : order.processes) {
    id.boot_id = boot_id;
    signal_process(id, SIGCONT);
  }
  if (!order.group.empty()) {
    release_cgroup(order.group, ::access((order.group + "/cpu.max").c_str(), F_OK) == 0);
  }
}

// The watcher's whole life. It ignores what ends the bench from a terminal, leaves its session, and
// holds no descriptor of the bench but the pipe, so that no port or file stays open because of it.
[[noreturn]] void watch(int pipe) {
  ::setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (pipe != 0) {
    ::dup2(pipe, 0);
    ::syscall(SYS_close_range, 1u, ~0u, 0u);
  } else {
    ::syscall(SYS_close_range, 1u, ~0u, 0u);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t n = ::read(0, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(n));
    // Only the last whole message counts; what is older need not be kept.
    const auto end = text.rfind("end\n");
    if (end == std::string::npos) continue;
    const auto before = text.rfind("end\n", end == 0 ? 0 : end - 1);
    if (before != std::string::npos && before < end) text.erase(0, before + 4);
  }
  undo(last_lift(text));
  ::_exit(0);
}

}  // namespace

std::string encode_lift(const LiftOrder& order) {
  std::string text;
  for (const ProcessId& id : order.processes) {
    text += "process " + std::to_string(id.pid) + " " + std::to_string(id.start_time) + "\n";
  }
  if (!order.group.empty()) text += "group " + order.group + "\n";
  return text + "end\n";
}

LiftOrder last_lift(const std::string& text) {
  LiftOrder last, current;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "process") {
      ProcessId id;
      if (words >> id.pid >> id.start_time && id.pid > 1) current.processes.push_back(id);
    } else if (kind == "group") {
      words >> std::ws;
      std::getline(words, current.group);
    } else if (kind == "end") {
      last = std::exchange(current, {});
    }
  }
  return last;
}

Result<LiftWatcher> LiftWatcher::start() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return sys_error("cannot make a pipe");
  Fd reads(ends[0]), writes(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return sys_error("cannot start the watcher");
  if (child == 0) {
    writes.reset();
    watch(reads.get());
  }
  // A full pipe must not block the bench: it would mean that the watcher is stopped or gone.
  ::fcntl(writes.get(), F_SETFL, O_NONBLOCK);
  return LiftWatcher(std::move(writes), child);
}

LiftWatcher::~LiftWatcher() {
  if (!pipe_) return;
  pipe_.reset();
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

bool LiftWatcher::tell(const std::vector<ProcessId>& processes, const std::string& group) {
  const std::string text = encode_lift({processes, group});
  // SIGPIPE is ignored by the bench; a message is below PIPE_BUF for any sane number of processes,
  // and a longer one that is cut is not followed by its end line, so it does not count.
  return ::write(pipe_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool LiftWatcher::alive() const { return pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0; }

}  // namespace soakrig::virtual_bench
