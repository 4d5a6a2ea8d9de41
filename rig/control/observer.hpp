// SPDX-License-Identifier: Apache-2.0
//
// Who watches a run while it goes: the status line of a terminal, a log, a test. Called on the
// run's thread, in run time; must be quick; can change nothing.
#pragma once

#include <cstddef>
#include <string>

#include "rig/base/batch.hpp"
#include "rig/base/event.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/control/phase_machine.hpp"

namespace soakrig::control {

class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void on_stage(Stage, const PhaseSpec&, const PhaseProgress&) {}
  // `board` is empty for the rig's instruments. `batch` holds the rows, `source` their channels.
  virtual void on_rows(const std::string& /*board*/, const SourceInfo& /*source*/,
                       const Batch& /*batch*/) {}
  virtual void on_event(const Event&) {}
  virtual void on_tick(Nanos /*now*/, const PhaseMachine&) {}
};

}  // namespace soakrig::control
