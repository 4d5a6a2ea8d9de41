// SPDX-License-Identifier: Apache-2.0
//
// What a board said on its serial console, as it lies in a console.log event
// (docs/formats/events.md): both ends of that format. Pure; what was stored is not trusted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/base/event.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

struct ConsoleLine {
  Nanos t = 0;  // run time
  std::string text;
};

// The event's `zstd`, of lines that are each a run time in ns, a blank and what was said.
[[nodiscard]] std::string pack_console(std::string_view lines);

// What a console.log event holds. Errc::corrupt for what is none; bounded.
[[nodiscard]] Result<std::vector<ConsoleLine>> console_lines(const Event& event);

}  // namespace soakrig::store
