// SPDX-License-Identifier: Apache-2.0
//
// One step of a cycle: a program that is started without a shell, watched, and killed with its
// whole process group at its deadline or on purpose. What it prints is kept bounded.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/spawn.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

// How a step went. A step that could not be started has `error`.
struct StepResult {
  std::string step;
  std::optional<int> code, signal;
  bool timed_out = false;  // killed at its deadline
  bool killed = false;     // killed on purpose, by a fault
  double took_s = 0;
  std::size_t lines = 0;   // that it printed on standard output
  std::string first_line;  // of them, at most 200 bytes
  std::string last_words;  // the last line of either stream, at most 200 bytes
  std::string error;
  [[nodiscard]] bool ok() const { return code == 0 && !timed_out && !killed && error.empty(); }
};

// For a step whose every line counts, not only the first and the last.
struct StepLines {
  std::vector<std::string> environment;  // "NAME=value", instead of or besides the usual ones
  std::size_t longest = 64 * 1024;       // bytes; the rest of a line is left out
  std::function<void(std::string_view line, bool standard_output)> on_line;
};

// Used by one thread. Its child dies with it.
class StepProcess {
 public:
  // The clock is borrowed.
  StepProcess(std::string step, const std::vector<std::string>& argv, Nanos timeout,
              const Clock& clock, StepLines lines = {{}, 0, {}});
  ~StepProcess();
  StepProcess(const StepProcess&) = delete;
  StepProcess& operator=(const StepProcess&) = delete;

  // Waits at most `wait` for something to happen. True once it is over.
  bool poll(Nanos wait);
  // Asks its group to end; what it does about that is its own affair.
  void terminate();
  // SIGKILL to its group, now; poll() then says that it is over.
  void kill();
  [[nodiscard]] const StepResult& result() const { return result_; }
  [[nodiscard]] Nanos age() const { return clock_.boot_ns() - started_; }

 private:
  void read(const Fd& from, std::string& partial, bool counts);
  void take_line(const std::string& line, bool counts);
  bool reap();

  const Clock& clock_;
  StepLines lines_;
  std::size_t longest_;
  Nanos timeout_, started_;
  Child child_;
  bool over_ = false;
  std::string out_, err_;  // lines that have not ended
  StepResult result_;
};

}  // namespace soakrig::workloads
