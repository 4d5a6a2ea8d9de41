// SPDX-License-Identifier: Apache-2.0
//
// What an interrupted run needs to be gone on with: read from its file, and its chamber taken back
// from the guard that has kept it since.
#pragma once

#include <string>

#include "results/store/reader.hpp"
#include "rig/control/run_engine.hpp"
#include "rig/instruments/guard/files.hpp"

namespace soakrig::app {

// The first phase that has not ended, with the dwell counted in it. Errc::busy: the run goes on;
// unsupported: it has ended.
[[nodiscard]] Result<control::ResumePoint> resume_point(const store::Reader& reader);

// This rig's boot time at run time 0; negative where the rig was booted since.
[[nodiscard]] Nanos boot_time_of_start(const store::RunHeader& header, const Clock& clock);

// Waits until the guard of `run` has made its chamber safe, and asks it to hand that over. Good
// where no guard was there. Errc::unsupported: it tripped, which only a person clears; timeout: the
// chamber is not safe yet.
[[nodiscard]] Result<void> take_from_guard(const guard::Files& files, const std::string& run,
                                           const Clock& clock);

}  // namespace soakrig::app
