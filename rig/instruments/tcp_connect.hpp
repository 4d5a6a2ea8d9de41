// SPDX-License-Identifier: Apache-2.0
//
// A TCP connection with a hard deadline, name resolution included: the library's own connect
// neither resolves names nor reports its time-outs right in the version that Debian 12 ships.
#pragma once

#include <string>

#include "rig/base/fd.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::instruments {

// A blocking socket with keep-alive, no delay, and a bound on unacknowledged data. `deadline` is
// boot time of `clock`. Errc::timeout, io or not_found (no such name).
[[nodiscard]] Result<Fd> tcp_connect(const std::string& host, std::uint16_t port, Nanos deadline,
                                     const Clock& clock);

}  // namespace soakrig::instruments
