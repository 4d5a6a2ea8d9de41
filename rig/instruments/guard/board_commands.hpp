// SPDX-License-Identifier: Apache-2.0
//
// Does one thing to every board, such as stopping its load or cutting its power, each by the
// program that the plan names for it, all at once: one that hangs must not hold up another. No
// shell, no thread; one owner. Programs that still run when it is destroyed are left to finish.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "rig/base/time.hpp"
#include "rig/instruments/guard/plan.hpp"
#include "rig/instruments/guard/state.hpp"

namespace soakrig::guard {

class BoardCommands {
 public:
  // `what` they do, for people: "load off". `boards` and `clock` must outlive it.
  BoardCommands(std::string what, const std::vector<BoardCommand>& boards, const Clock& clock);
  // Starts what has not succeeded yet, ends what takes longer than kLongest. Call it again and
  // again; true once every board's program has ended with 0.
  bool attend();
  // What was to be done to this board is, by other means; its program is ended.
  void settle(const std::string& board);
  [[nodiscard]] bool done(const std::string& board) const;
  [[nodiscard]] std::vector<StepState> states() const;

  static constexpr Nanos kLongest = 15 * kSecond;

 private:
  struct Attempt {
    pid_t pid = -1;
    Nanos started = 0;
    bool done = false;
    std::string error = "not tried yet";
  };
  void start(std::size_t board);
  void look(std::size_t board);

  const std::string what_;
  const std::vector<BoardCommand>& boards_;
  const Clock& clock_;
  std::vector<Attempt> attempts_;
};

}  // namespace soakrig::guard
