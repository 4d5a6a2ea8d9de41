// SPDX-License-Identifier: Apache-2.0
//
// What the scheduler gave a thread and what it kept from it. A client that gets too little of a core
// (a quota, a full machine) is slow without being busy: the time in which it could have run and did
// not is what tells it from one that had nothing to do.
#pragma once

#include <optional>
#include <string_view>

#include "rig/base/time.hpp"

namespace soakrig::workloads {

struct ThreadTime {
  Nanos cpu = 0;                // on a core
  std::optional<Nanos> waited;  // runnable, without one; absent where the kernel does not tell
};

// Of the calling thread, since it began.
[[nodiscard]] ThreadTime thread_time();

// The waiting time in the text of /proc/thread-self/schedstat ("cpu wait slices").
[[nodiscard]] std::optional<Nanos> parse_waited(std::string_view schedstat);

}  // namespace soakrig::workloads
