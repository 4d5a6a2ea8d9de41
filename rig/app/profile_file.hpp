// SPDX-License-Identifier: Apache-2.0
//
// A profile from disk: the one place where commands read one, so that every command reports its
// faults alike, all of them, one line each.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "rig/plan/profile.hpp"

namespace soakrig::app {

// Reads and checks the profile at `path`. A file that cannot be read is one fault. Relative paths
// in it count from its own folder, as an absolute path.
[[nodiscard]] plan::Profile load_profile(const std::string& path,
                                         std::span<const std::string> overrides,
                                         plan::Additions additions = {});

// "soakrig: FILE:LINE: what, and what to do" for each fault, on stderr.
void print_faults(const plan::Profile& profile);

// Both: the run, or nothing after printing why not; the caller then returns 4.
[[nodiscard]] std::optional<RunSpec> load_profile_or_report(const std::string& path,
                                                            std::span<const std::string> overrides,
                                                            plan::Additions additions = {});

}  // namespace soakrig::app
