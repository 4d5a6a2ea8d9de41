// SPDX-License-Identifier: Apache-2.0
#include "rig/base/run_state.hpp"

#include <array>
#include <cstddef>

namespace soakrig {
namespace {

// Indexed by the enumerator.
constexpr std::array<std::string_view, 4> kNames = {"running", "interrupted", "ended-unsealed",
                                                    "sealed"};

}  // namespace

std::string_view to_string(RunState state) { return kNames[static_cast<std::size_t>(state)]; }

std::optional<RunState> parse_run_state(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<RunState>(i);
  }
  return std::nullopt;
}

}  // namespace soakrig
