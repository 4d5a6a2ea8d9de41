// SPDX-License-Identifier: Apache-2.0
//
// An engine that computes nothing: answers every request at once, or one token each interval. What
// the load client can do at most is measured against it, before each run and in tests/bench.
#pragma once

#include <cstdint>
#include <memory>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::workloads {

struct NullServerOptions {
  int tokens = 64;     // of each answer
  Nanos interval = 0;  // between tokens; 0 = the whole answer at once
  // The text of each token is the boot time, in ns, at which it was handed to the socket.
  bool stamped = false;
};

// Listens on a free port of the loopback, on a thread of its own, until destroyed.
class NullServer {
 public:
  virtual ~NullServer() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

// Errc::io when the machine has no port or thread.
[[nodiscard]] Result<std::unique_ptr<NullServer>> start_null_server(
    const NullServerOptions& options);

}  // namespace soakrig::workloads
