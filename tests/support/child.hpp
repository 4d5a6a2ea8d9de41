// SPDX-License-Identifier: Apache-2.0
//
// A child process that burns CPU or waits until the test ends. Killed and reaped on destruction.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "rig/base/fd.hpp"
#include "rig/base/process_id.hpp"

namespace soakrig::test {

class Child {
 public:
  // `body` runs in the child, which must not return to the test: when it does, the child ends.
  explicit Child(const std::function<void()>& body) : pid_(::fork()) {
    if (pid_ == 0) {
      body();
      ::_exit(0);
    }
    id_ = {pid_, process_start_time(pid_).value_or(0), current_boot_id()};
  }
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] const ProcessId& id() const { return id_; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  // 'R' 'S' 'T' (stopped) 'Z'…
  [[nodiscard]] char state() const {
    const auto text = read_file("/proc/" + std::to_string(pid_) + "/stat");
    return text ? (*text)[text->rfind(')') + 2] : '?';
  }
  void kill(int signal) const { ::kill(pid_, signal); }

 private:
  pid_t pid_;
  ProcessId id_;
};

inline void wait_for_ever() {
  for (;;) ::pause();
}
inline void burn() {
  volatile unsigned long count = 0;
  for (;;) {
    const unsigned long next = count + 1;
    count = next;
  }
}

// Asks `holds` again and again until it says yes; false after 20 s.
inline bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace soakrig::test
