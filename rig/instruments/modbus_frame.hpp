// SPDX-License-Identifier: Apache-2.0
//
// What goes over the wire, apart from how: the body of a request, and the proof that a reply
// answers exactly that request. The library checks neither unit nor length on TCP, and in Debian
// 12's version not the echo of a write, so everything is checked here. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {

struct ReadRequest {
  std::uint8_t unit = 1;
  Area area = Area::holding;
  std::uint16_t address = 0, count = 1;  // count 1 to 125; of bits 1 to 2000
};

// One register by function 6 where `single`, else 1 to 123 by function 16. Of coils: by function 5
// where `single` (the word is what goes over the wire: 0xFF00 on, 0 off, anything else what the
// device makes of it, such as the length of a pulse), else up to 123 by function 15, 0 or 1 each.
struct WriteRequest {
  std::uint8_t unit = 1;
  std::uint16_t address = 0;
  std::vector<std::uint16_t> words;
  bool single = false;
  Area area = Area::holding;
};

[[nodiscard]] ReadRequest read_request(const Point& point, std::uint8_t unit);
// Errc::invalid when the value is outside the point's min and max or does not fit it.
[[nodiscard]] Result<WriteRequest> write_request(const RegisterMap& map, const Point& point,
                                                 std::uint8_t unit, double value);

// What the device said. An exception is an answer, not a transport error: the link stays.
struct Reply {
  std::uint8_t exception = 0;        // 0 = none
  std::vector<std::uint16_t> words;  // of a read; bits as 0 or 1
  Nanos taken = 0;                   // boot time when the reply was complete
};
[[nodiscard]] std::string describe_exception(std::uint8_t code);

// Unit, function and data, which each transport frames in its way.
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

// The request as an RTU frame: body, checksum.
[[nodiscard]] std::vector<std::uint8_t> rtu_frame(const RequestBody& request);
[[nodiscard]] std::uint16_t crc16(std::span<const std::uint8_t> bytes);

// Unit, function and data of a reply: an exception, the words of a read, or the echo of a write
// that matches. Errc::protocol with the field that does not match.
[[nodiscard]] Result<Reply> check_reply_body(const RequestBody& request,
                                             std::span<const std::uint8_t> reply);
// A whole Modbus TCP frame: transaction, protocol and length, then the body.
[[nodiscard]] Result<Reply> check_tcp_reply(const RequestBody& request, std::uint16_t transaction,
                                            std::span<const std::uint8_t> frame);
// A whole RTU frame: checksum, then the body.
[[nodiscard]] Result<Reply> check_rtu_reply(const RequestBody& request,
                                            std::span<const std::uint8_t> frame);

}  // namespace soakrig::instruments
