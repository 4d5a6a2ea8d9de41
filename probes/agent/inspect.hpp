// SPDX-License-Identifier: Apache-2.0
//
// Looks at live processes in the real /proc: what a hung one is doing, who descends from whom, how
// often the kernel killed for want of memory. Always best effort: what cannot be read is left out.
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::agent {

// Lines of evidence: state, wait channel, kernel stack where permitted, states of its threads.
[[nodiscard]] std::vector<std::string> describe_process(pid_t pid);

// All descendants of `root`, children before grandchildren; at most 4096. Those that were started with
// the variable `sparing` are left out, with all below them.
[[nodiscard]] std::vector<pid_t> descendants(pid_t root, std::string_view sparing = {});

// True when the process was started with this variable ("NAME=value") in its environment.
[[nodiscard]] bool started_with(pid_t pid, std::string_view variable);

// Bytes it asked to read so far, and 0 when that cannot be read: a quiet process may be loading.
[[nodiscard]] std::uint64_t read_bytes_of(pid_t pid);

// The kernel's count of out-of-memory kills since boot; 0 where it does not count.
[[nodiscard]] std::uint64_t oom_kills();

// Pure part: the value of "NAME VALUE" or "NAME: VALUE" at the start of a line; 0 when absent.
[[nodiscard]] std::uint64_t parse_counter(std::string_view text, std::string_view name);

}  // namespace soakrig::agent
