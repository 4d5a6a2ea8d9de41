// SPDX-License-Identifier: Apache-2.0
//
// One cycle of an update as it goes: version, update with its fault, health until it settles,
// version; where that left the board unwell, the ladder: rollback, then restore. Used by one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workloads/cycle/cycle_class.hpp"
#include "workloads/cycle/cycle_plan.hpp"
#include "workloads/cycle/step_process.hpp"

namespace soakrig::workloads {

// What was seen of a cycle, complete once it is done.
struct CycleStory {
  std::uint64_t number = 0;
  Nanos began = 0;
  CycleFaultPlan fault;
  std::optional<double> fault_at_s;  // when it came; absent = it did not
  std::string payload, broken;       // why the fault could not be made; empty = nothing
  CycleEnd end;
  std::optional<CycleClass> kind;
  std::string recovered_by;       // "rollback", "restore"; empty = nothing did, or had to
  bool lost = false;              // bricked, and no step brought it back
  std::vector<StepResult> steps;  // the first ones, bounded
};

class CycleCourse {
 public:
  // All are borrowed.
  CycleCourse(const CycleOptions& options, const std::map<CycleFault, double>& mix,
              const Clock& clock)
      : options_(options), mix_(mix), clock_(clock) {}

  // Starts the cycle of that number; the one before must be done.
  void begin(std::uint64_t number);
  // Goes on as far as it can, and waits at most some milliseconds for a step.
  void advance();
  [[nodiscard]] bool done() const { return stage_ == Stage::done; }
  [[nodiscard]] const CycleStory& story() const { return cycle_; }

 private:
  // What it does next.
  enum class Stage {
    version_before,
    update,
    fault_end,
    health,
    version,
    rollback,
    rolled_health,
    rolled_version,
    restore,
    restored_health,
    restored_version,
    done
  };

  [[nodiscard]] std::map<std::string, std::string> words() const;
  void start(const std::string& step, const Argv& argv);
  void keep(const StepResult& result);
  std::optional<StepResult> over();
  void damage_payload();
  [[nodiscard]] bool fault_is_due() const;
  void make_fault();
  bool fault_is_made();
  void watch_update();
  void settle(Stage stage);
  void watch_health(Stage next);
  [[nodiscard]] bool unwell() const { return !cycle_.end.healthy; }
  void ladder_from(Stage stage);
  void take_version(Stage stage);

  const CycleOptions& options_;
  const std::map<CycleFault, double>& mix_;
  const Clock& clock_;
  CycleStory cycle_;
  Stage stage_ = Stage::done;
  std::optional<StepProcess> process_, fault_;
  Nanos settles_at_ = 0;
  Nanos healthy_at_ = 0;  // when to ask again
};

}  // namespace soakrig::workloads
