// SPDX-License-Identifier: Apache-2.0
//
// When bytes came, by the kernel's own note: a process that shares a board's cores with an engine
// is woken late, and its clock then tells when it was woken, not when the token came.
// SO_TIMESTAMPNS, socket(7). Thread-safe: no state but the socket's.
#pragma once

#include <cstddef>

#include "rig/base/time.hpp"

namespace soakrig::workloads {

// A socket that cannot do it gives ages of 0 from then on. Linux begins to note arrivals from a
// work queue when a system's first socket asks (net_enable_timestamp of net/core/dev.c): what comes
// to that one within the next moments may have an age of 0 too.
void ask_for_arrival_times(int socket);

struct Received {
  std::size_t bytes = 0;  // 0 without an error: the other side has closed
  int error = 0;          // an errno; EAGAIN where nothing lies there
  Nanos age = 0;          // of the last byte: since it came, not negative; 0 where it is not known
};

// Reads what lies there, without waiting.
[[nodiscard]] Received receive_with_age(int socket, char* into, std::size_t room);

}  // namespace soakrig::workloads
