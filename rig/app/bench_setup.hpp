// SPDX-License-Identifier: Apache-2.0
//
// What "virtual" and "virtual:FILE" mean in a profile: the bench that is started for a run, and the
// addresses and folders of its devices.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rig/base/process_id.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/virtual/launcher.hpp"

namespace soakrig::app {

// The profile wants a bench for as long as its run lives.
[[nodiscard]] bool asks_for_bench(const RunSpec& spec);
// Such a bench, which plays the models that the profile expects of it. Waits until it is ready.
[[nodiscard]] Result<virtual_bench::LaunchedBench> launch_bench(const RunSpec& spec);

// Puts addresses and folders in the place of those names. `bench`: the run's own, null where it has
// none.
[[nodiscard]] Result<void> resolve_names(RunSpec& spec, const virtual_bench::LaunchedBench* bench);

// The process that simulates the chamber, if one does. Before resolve_names.
[[nodiscard]] std::optional<ProcessId> bench_process(const RunSpec& spec,
                                                     const virtual_bench::LaunchedBench* bench);
// A tree of the run's own bench goes with the run, so there is nothing to go on for without it.
// Before resolve_names.
[[nodiscard]] bool ends_with_run(const BoardSpec& board);

// The part that an instrument with this map plays: "chamber", "meter", "relay", "ambient".
[[nodiscard]] std::string_view role_of(const std::string& map);

}  // namespace soakrig::app
