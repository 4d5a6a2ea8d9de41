// SPDX-License-Identifier: Apache-2.0
//
// What goes over the wire, apart from how: the body of a request, and the proof that a reply
// answers exactly that request. The library checks neither unit nor length on TCP, and in Debian
// 12's version not the echo of a write, so everything is checked here. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/instruments/bus.hpp"

namespace soakrig::instruments {

// Unit, function and data: what the library frames for its transport.
struct RequestBody {
  std::vector<std::uint8_t> bytes;
  [[nodiscard]] std::uint8_t unit() const { return bytes[0]; }
  [[nodiscard]] std::uint8_t function() const { return bytes[1]; }
};

// Errc::invalid for a count or unit that the protocol does not allow.
[[nodiscard]] Result<RequestBody> request_body(const ReadRequest& request);
[[nodiscard]] Result<RequestBody> request_body(const WriteRequest& request);

// The request as a Modbus TCP frame: transaction, protocol 0, length, body.
[[nodiscard]] std::vector<std::uint8_t> tcp_frame(const RequestBody& request,
                                                  std::uint16_t transaction);

// Unit, function and data of a reply: an exception, the words of a read, or the echo of a write
// that matches. Errc::protocol with the field that does not match.
[[nodiscard]] Result<Reply> check_reply_body(const RequestBody& request,
                                             std::span<const std::uint8_t> reply);
// A whole Modbus TCP frame: transaction, protocol and length, then the body.
[[nodiscard]] Result<Reply> check_tcp_reply(const RequestBody& request, std::uint16_t transaction,
                                            std::span<const std::uint8_t> frame);

}  // namespace soakrig::instruments
