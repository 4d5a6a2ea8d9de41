// SPDX-License-Identifier: Apache-2.0
//
// The dead man's switch of one run: waits beside the controller, and when that is lost or says
// trip, takes the buses over and makes the chamber safe (docs/safety.md). One thread, one owner;
// every call of run() and recover() lasts until there is nothing left to guard.
//
// It says on `out`, one JSON object a line, what a living controller wants to know: {"armed":true},
// {"beat":N} once a second, {"stage":…,"safe":…,"steps":[…]} whenever these change. Nobody need
// listen.
#pragma once

#include <memory>

#include "rig/base/fd.hpp"
#include "rig/instruments/guard/files.hpp"

namespace soakrig::guard {

// All signals that end programs are blocked and read from the descriptor instead. SIGTERM hands a
// lost run over to whoever resumes it; otherwise the guard cannot be talked out of its work.
[[nodiscard]] Result<Fd> guard_signals();

class Guard {
 public:
  // `lock` is that of the plan's run (Files::lock_run). `in` may be -1 for recover().
  Guard(Files files, GuardPlan plan, Fd lock, const Clock& clock, int in, int out, int signals);
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // Armed from here on, until the controller stands it down (then the plan is gone) or it acted.
  [[nodiscard]] Result<void> run();
  // Takes up what a guard that is no more left behind. At once when there is nothing to do.
  [[nodiscard]] Result<void> recover();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::guard
