// SPDX-License-Identifier: Apache-2.0
//
// How a run's file stands: one vocabulary for store, analysis and reports, with its spelling there.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace soakrig {

enum class RunState : std::uint8_t {
  running,         // its owner lives
  interrupted,     // its owner is dead and it never ended
  ended_unsealed,  // it ended, but a reader or a full disk was in the way of sealing
  sealed,          // self-contained: checkpointed, no WAL
};
[[nodiscard]] std::string_view to_string(RunState state);  // "ended-unsealed"
[[nodiscard]] std::optional<RunState> parse_run_state(std::string_view text);

// It ended in order, so that a verdict can be given.
[[nodiscard]] constexpr bool is_over(RunState state) { return state >= RunState::ended_unsealed; }

}  // namespace soakrig
