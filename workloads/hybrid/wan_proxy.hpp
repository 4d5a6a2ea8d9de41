// SPDX-License-Identifier: Apache-2.0
//
// The emulated wide-area link: a proxy on the loopback between a client and a server. What goes
// through it is late, slow, held or cut as the model of the link says, in both directions, in order
// within a connection; the rate is shared by all connections. It sees bytes, not packets, so it
// works for TLS too. docs/formats/hybrid.md says what it cannot do.
#pragma once

#include <cstdint>
#include <memory>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/base/url.hpp"
#include "workloads/hybrid/wan_model.hpp"

namespace soakrig::workloads {

// Since the start. Bytes are those of the connections' streams (HTTP with its headers, TLS with its
// records; not those of TCP and IP), counted when they enter the link.
struct WanCounts {
  std::uint64_t up_bytes = 0, down_bytes = 0;  // up: towards the server, leaving the site
  std::uint64_t connections = 0;               // that were accepted
  std::uint64_t reset = 0;                     // by the beginning of an outage
};

// Runs on a thread of its own until destroyed. Its methods may be called from any thread.
class WanProxy {
 public:
  virtual ~WanProxy() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;  // of the loopback
  [[nodiscard]] virtual WanCounts counts() const = 0;
};

// The link's time 0 is `origin` (boot time). The server's address is looked up once.
// Errc::not_found: it has none; Errc::invalid: as check_wan; Errc::io: no port or thread. The clock
// is borrowed.
[[nodiscard]] Result<std::unique_ptr<WanProxy>> start_wan_proxy(const HttpUrl& server,
                                                                const WanSettings& settings,
                                                                Nanos origin, const Clock& clock);

}  // namespace soakrig::workloads
