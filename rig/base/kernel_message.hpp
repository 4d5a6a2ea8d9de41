// SPDX-License-Identifier: Apache-2.0
//
// What a message of a Linux kernel means to a soak, wherever it was read: the board's own log, or its
// serial console while it dies. An allow-list; pure.
#pragma once

#include <optional>
#include <string_view>

#include "rig/base/event.hpp"

namespace soakrig {

struct KernelMessageClass {
  std::string_view name;  // "oom-kill", "soft-lockup", "under-voltage" …
  Severity severity = Severity::info;
};

// Of one line, without its priority; absent = nothing that concerns a soak.
[[nodiscard]] std::optional<KernelMessageClass> classify_kernel_message(std::string_view text);

}  // namespace soakrig
