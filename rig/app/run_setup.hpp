// SPDX-License-Identifier: Apache-2.0
//
// From a validated profile to the parts that a run needs: the virtual bench where the profile asks
// for one, identified instruments, the command line of each board's agent. Whatever cannot be had
// is one clear error before anything is heated or loaded.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/app/labgrid_place.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/control/run_engine.hpp"
#include "rig/virtual/launcher.hpp"

namespace soakrig::app {

struct RunSetup {
  std::optional<virtual_bench::LaunchedBench> bench;  // must outlive the parts
  std::vector<LabgridPlace> places;                   // of its boards, held for the run
  control::EngineParts parts;
  std::vector<Event> identities;  // what each instrument says it is, to be stored (run time 0)
};

// Starts the bench and identifies instruments (waits some seconds at most), and makes the plan of
// the chamber's guard. `run_id` names the guard's files. Errors name the instrument and the remedy.
[[nodiscard]] Result<RunSetup> set_up_run(RunSpec spec, const std::string& run_id,
                                          const Clock& clock);

}  // namespace soakrig::app
