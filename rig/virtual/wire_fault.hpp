// SPDX-License-Identifier: Apache-2.0
//
// What can go wrong on the way of one Modbus request and its reply: the faults that devices,
// gateways and adapters were seen to have, made on purpose (docs/virtual_bench.md). Pure: the right
// reply in, what is sent instead, and when, out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rig/base/time.hpp"

namespace soakrig::virtual_bench {

enum class Framing : std::uint8_t { tcp, rtu };

enum class WireKind : std::uint8_t {
  none,
  silent,        // no reply
  late,          // the right reply, after `delay`
  drip,          // byte by byte, `delay` between two
  stray_before,  // bytes that belong to nothing
  stray_after,
  truncated,   // the last bytes are missing
  wrong_unit,  // a whole reply of another unit
  wrong_function,
  wrong_echo,         // of a write: another address; of a read: another count
  wrong_value_echo,   // of a write: another value
  short_payload,      // a whole reply about fewer registers
  wrong_length,       // TCP: the header's length; RTU: the byte count
  wrong_transaction,  // TCP; RTU: the checksum
  duplicate,          // the reply twice
  late_write,         // no reply, and what was asked happens after `delay`
  exception,          // `code`
  random,             // bytes instead of a reply
  close,              // the connection is closed
};
inline constexpr int kWireKinds = 19;

[[nodiscard]] std::string_view to_string(WireKind kind);
[[nodiscard]] std::optional<WireKind> parse_wire_kind(std::string_view text);

struct WireFault {
  WireKind kind = WireKind::none;
  Nanos delay = 0;
  std::uint8_t code = 6;  // of the exception
};

// Bytes to send, `after` that much time.
struct WireOutput {
  Nanos after = 0;
  std::vector<std::uint8_t> bytes;
};

using Bytes = std::vector<std::uint8_t>;

// Unit, function, data to a frame and, for TCP, with the transaction of the request.
[[nodiscard]] Bytes frame_of(Framing framing, std::uint16_t transaction, Bytes body);

// What is sent instead of the right reply `body` (unit, function, data). Nothing for silent, close
// and late_write: those are the server's to do.
[[nodiscard]] std::vector<WireOutput> spoil(const WireFault& fault, Framing framing,
                                            std::uint16_t transaction, Bytes body);

}  // namespace soakrig::virtual_bench
