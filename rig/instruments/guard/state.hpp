// SPDX-License-Identifier: Apache-2.0
//
// What a guard has seen and done, as it keeps it on disk: armed, lost (the controller is gone) or
// tripped (latched until a person clears it). Plain data and its JSON form. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"

namespace soakrig::guard {

enum class Stage : std::uint8_t { armed, lost, tripped };
[[nodiscard]] std::string_view to_string(Stage stage);

// The last look at one step of a reaction.
struct StepState {
  std::string name;
  bool held = false;
  std::string error;  // why not
  friend bool operator==(const StepState&, const StepState&) = default;
};

struct GuardState {
  Stage stage = Stage::armed;
  std::string reason;          // why it is not armed any more
  std::string since;           // RFC 3339, UTC
  bool safe = false;           // every step of the reaction was read back
  bool load_stopped = false;
  ProcessId guard;             // who wrote this last
  std::vector<StepState> steps;
};

[[nodiscard]] std::string encode_state(const GuardState& state);
// Errc::invalid, naming `file`.
[[nodiscard]] Result<GuardState> parse_state(std::string_view json, const std::string& file);

}  // namespace soakrig::guard
