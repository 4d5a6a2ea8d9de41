// SPDX-License-Identifier: Apache-2.0
//
// Measures the link to a server that a site names, as a trace of the same form as a recorded one:
// at each tick an empty request (its round trip, or an outage), a larger one for what the link
// takes upwards, and something to fetch for what it brings down.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/base/link_trace.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/base/url.hpp"

namespace soakrig::app {

struct LinkProbe {
  HttpUrl url;  // http; any answer counts
  Nanos length = kMinute, every = kSecond;
  Nanos within = 5 * kSecond;  // what takes longer is an outage
  std::uint64_t send = 0;      // bytes of the larger request; 0 = none, and no speed upwards
  std::string fetch;           // path of something to fetch; empty = none, and no speed downwards
};

// A body that brings less behind its first bytes is no measure: it comes at once.
inline constexpr std::uint64_t kLeastFetched = 32u << 10;

// Blocks for `length`. rtt_ms = half of the time from the start of a connection to the first byte
// of the answer to an empty request (half of the server's own time is in it); kbit_s = bits sent ÷
// what the larger request took longer, absent where the answer came before all was sent;
// down_kbit_s = bits behind the first ones ÷ the time from these to the last (what does not come to
// its end in time counts up to then), absent below kLeastFetched. loss = segments that the kernel
// sent again ÷ segments sent. The last row ends the trace. Errc::not_found for a host without
// address.
[[nodiscard]] Result<std::vector<LinkRow>> probe_link(const LinkProbe& probe, const Clock& clock);

}  // namespace soakrig::app
