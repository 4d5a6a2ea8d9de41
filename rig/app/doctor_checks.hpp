// SPDX-License-Identifier: Apache-2.0
//
// What stands between this board and a verdict worth having: judged from its channels and a few
// settings, most important first. Looks, and changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probes/host_fs.hpp"
#include "rig/app/probe_listing.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::app {

enum class Weight : std::uint8_t {
  needed,  // without it a verdict is inconclusive
  wanted,  // evidence that explains a verdict is missing
  advice,  // a setting that makes results differ, or harder to compare
};

struct Finding {
  Weight weight = Weight::advice;
  std::string what;    // what is the matter
  std::string why;     // what it costs
  std::string remedy;  // what to do, as a command where there is one
};

// What the checks cannot read from files.
struct Situation {
  bool root = false;
  std::optional<bool> clock_synchronised = {};  // absent = not asked
};

// `spec` and `board`, where given, add what their claims and limits need.
[[nodiscard]] std::vector<Finding> examine(probes::HostFs& fs,
                                           std::span<const ListedChannel> channels,
                                           const Situation& situation,
                                           const RunSpec* spec = nullptr,
                                           const BoardSpec* board = nullptr);

// "needed", "wanted", "advice".
[[nodiscard]] std::string_view to_string(Weight weight);

}  // namespace soakrig::app
