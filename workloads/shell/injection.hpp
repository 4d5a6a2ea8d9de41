// SPDX-License-Identifier: Apache-2.0
//
// Trouble on purpose, made inside the process concerned, so that what watches it can be proved.
#pragma once

#include <string_view>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

enum class InjectKind {
  crash,         // a segmentation fault
  hang,          // a busy loop without progress, deaf to SIGTERM
  garbage,       // goes on working, but its lines are noise
  silent,        // goes on working, says nothing
  endless_line,  // a line that never ends
  exit,          // ends with a code
  leak,          // 32 MiB a second that are never freed
  error,         // a wrong weight bit that changes tokens
  error_small,   // a wrong weight bit too small to change a token
};

struct Injection {
  InjectKind kind = InjectKind::crash;
  Nanos after = 0;  // since the ready line
  int exit_code = 1;
};

// "crash@10s", "exit:3@2s". Pure; the error says which kinds there are.
[[nodiscard]] Result<Injection> parse_injection(std::string_view text);

// Async-signal-safe, both.
[[noreturn]] void crash_here();
[[noreturn]] void hang_here();

}  // namespace soakrig::workloads
