// SPDX-License-Identifier: Apache-2.0
//
// Drives a workload through one cycle, as the engine does, and adds up what it said.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct Cycle {
  std::map<std::string, double> work;
  std::map<std::string, double> gauges;
  Nanos busy = 0;
  std::vector<Verification> checks;
  std::vector<std::string> notes;

  [[nodiscard]] bool failed() const {
    for (const Verification& check : checks) {
      if (!check.ok) return true;
    }
    return false;
  }
};

inline Cycle run_cycle(Workload& workload) {
  Cycle cycle;
  for (bool ended = false; !ended;) {
    const Slice slice = workload.run_slice();
    for (const Done& done : slice.done) {
      cycle.work[std::string(done.kind)] += done.amount;
      cycle.busy += done.busy;
    }
    for (const Gauge& gauge : slice.gauges) cycle.gauges[std::string(gauge.name)] = gauge.value;
    ended = slice.cycle_ended;
    for (auto& check : workload.verify()) cycle.checks.push_back(check);
    for (auto& note : workload.take_notes()) cycle.notes.push_back(note);
  }
  return cycle;
}

}  // namespace soakrig::workloads
