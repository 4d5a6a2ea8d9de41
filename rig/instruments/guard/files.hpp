// SPDX-License-Identifier: Apache-2.0
//
// The guard's folder: for each run that heats a chamber RUN.plan.json and RUN.state.json, written
// durably; RUN.lock, held by the one guard of the run; and bus-….lock, held by whoever may talk to
// a bus. Locks are the kernel's: they go with the process that holds them, however it ends.
// Nothing of another user is believed, since a plan names programs to run.
#pragma once

#include <string>
#include <vector>

#include "rig/base/fd.hpp"
#include "rig/instruments/guard/plan.hpp"
#include "rig/instruments/guard/state.hpp"

namespace soakrig::guard {

// $SOAKRIG_GUARD_DIR, else $XDG_STATE_HOME/soakrig/guard, else ~/.local/state/soakrig/guard, else
// (no home, as for a service) /var/lib/soakrig/guard.
[[nodiscard]] std::string default_folder();

class Files {
 public:
  // Makes the folder, for this user only. Errc::io; unsupported: it belongs to somebody else.
  [[nodiscard]] static Result<Files> open(const std::string& folder = default_folder());

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string plan_path(const std::string& run) const;
  [[nodiscard]] std::string state_path(const std::string& run) const;
  // Where the agent of the run's n-th board says which process it is, if it runs on this machine.
  [[nodiscard]] std::string agent_path(const std::string& run, std::size_t board) const;
  // Runs that have a plan here, sorted.
  [[nodiscard]] std::vector<std::string> runs() const;

  [[nodiscard]] Result<void> save(const GuardPlan& plan) const;
  [[nodiscard]] Result<void> save(const std::string& run, const GuardState& state) const;
  [[nodiscard]] Result<GuardPlan> plan(const std::string& run) const;
  // Without a state file: armed, safe = false (a guard that died before it could say so).
  [[nodiscard]] Result<GuardState> state(const std::string& run) const;
  void remove(const std::string& run) const;  // everything of the run

  // Errc::busy when another process holds it.
  [[nodiscard]] Result<Fd> lock_run(const std::string& run) const;
  [[nodiscard]] Result<Fd> lock_bus(const std::string& endpoint) const;
  // By who holds it: the file is not needed any more, as with the port of a bench that is gone.
  void forget_bus(const std::string& endpoint) const;

 private:
  explicit Files(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Result<std::string> read_own(const std::string& path) const;
  [[nodiscard]] Result<Fd> lock(const std::string& path) const;
  [[nodiscard]] std::string bus_path(const std::string& endpoint) const;
  std::string folder_;
};

// The part of a path that names a run: letters, digits, '-' and '_' only.
[[nodiscard]] bool is_run_name(std::string_view text);

}  // namespace soakrig::guard
