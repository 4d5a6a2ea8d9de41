// SPDX-License-Identifier: Apache-2.0
//
// Starts a program that a test will kill, and finds everything that it started, directly or not:
// each carries an environment variable of the test's own making. So no test ends, or counts, a
// process that is not its own.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace soakrig::test {

// Living processes whose environment holds NAME=VALUE.
[[nodiscard]] std::vector<pid_t> processes_with(const std::string& variable);

class MarkedProcess {
 public:
  // stdout and stderr go to `log`. `environment` is NAME=VALUE, added to this process' own.
  MarkedProcess(const std::vector<std::string>& argv, const std::string& log,
                const std::vector<std::string>& environment = {});
  ~MarkedProcess();  // kills what is left of it, descendants included
  MarkedProcess(const MarkedProcess&) = delete;
  MarkedProcess& operator=(const MarkedProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void signal(int number) const;
  // The wait status, or nothing when it has not ended within the time.
  [[nodiscard]] bool wait(double seconds, int* status = nullptr);
  // Living processes with the mark, itself included.
  [[nodiscard]] std::vector<pid_t> family() const;
  // True once the family is empty.
  [[nodiscard]] bool gone_within(double seconds) const;

 private:
  pid_t pid_ = -1;
  bool reaped_ = false;
  std::string mark_;
};

}  // namespace soakrig::test
