// SPDX-License-Identifier: Apache-2.0
//
// From the text of a profile (TOML, docs/formats/profile.md) to a validated RunSpec. Pure: reads no
// file, asks no clock, looks at no machine, so that the same text gives the same run anywhere. What
// needs the machine (does the program exist, is there room) is the business of `soakrig check`.
//
// The text is hostile: its size and nesting are bounded, every fault is reported at once with its
// line, and nothing is guessed: a key nobody knows is a fault, not a comment.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::plan {

inline constexpr std::size_t kMaxProfileBytes = 1u << 20;
inline constexpr std::size_t kMaxFaults = 100;     // further ones are counted, not listed
inline constexpr std::size_t kMaxPhases = 10'000;  // repeats expanded
inline constexpr std::size_t kMaxBoards = 256;
inline constexpr std::size_t kMaxWorkloads = 256;
inline constexpr std::size_t kMaxClaims = 256;  // of one board

// A profile as read. `spec` is meaningful only when there are no faults.
struct Profile {
  RunSpec spec;
  std::vector<Error> faults;  // in the order of the lines; the first is the headline

  [[nodiscard]] bool ok() const { return faults.empty(); }
};

// What a reader may add to a profile on its own.
struct Additions {
  bool ceilings = false;  // ceilings.hpp
};

// `file` is the profile's path as the user typed it: it names the place of a fault, and its stem is
// the run's default name. Relative paths inside the profile count from `folder` (an absolute path,
// so that the agent means the same file), or from the folder of `file` where it is empty. Each
// override is "path.to.key=VALUE" in TOML syntax, as given to --set: `phase.hot.soak="20s"`,
// `board.NAME.sysroot="virtual"`, `workload.chat.threads=2`; a VALUE that is no TOML is taken as
// text, since a shell eats the quotes.
[[nodiscard]] Profile read_profile(std::string_view text, const std::string& file,
                                   std::span<const std::string> overrides = {},
                                   const std::string& folder = {}, Additions additions = {});

// The same for whoever wants one answer: the spec, or the first fault.
[[nodiscard]] Result<RunSpec> parse_profile(std::string_view text, const std::string& file,
                                            std::span<const std::string> overrides = {},
                                            const std::string& folder = {});

}  // namespace soakrig::plan
