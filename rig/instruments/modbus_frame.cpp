// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/modbus_frame.hpp"

#include <algorithm>

namespace soakrig::instruments {
namespace {

constexpr std::uint8_t kReadCoils = 1, kReadDiscrete = 2, kReadHolding = 3, kReadInput = 4,
                       kWriteCoil = 5, kWriteOne = 6, kWriteCoils = 15, kWriteMany = 16;

std::uint8_t read_function(Area area) {
  switch (area) {
    case Area::input:
      return kReadInput;
    case Area::coil:
      return kReadCoils;
    case Area::discrete:
      return kReadDiscrete;
    case Area::holding:
      break;
  }
  return kReadHolding;
}
bool reads_bits(std::uint8_t function) {
  return function == kReadCoils || function == kReadDiscrete;
}
bool reads(std::uint8_t function) { return function >= kReadCoils && function <= kReadInput; }
std::size_t data_bytes(std::uint8_t function, std::uint16_t count) {
  return reads_bits(function) ? (count + 7u) / 8u : 2u * count;
}

void put(std::vector<std::uint8_t>& bytes, std::uint16_t word) {
  bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  bytes.push_back(static_cast<std::uint8_t>(word));
}
std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

Error mismatch(const std::string& field, unsigned expected, unsigned got) {
  return Error{Errc::protocol, "the reply's " + field + " is " + std::to_string(got) + ", not " +
                                   std::to_string(expected)};
}

Result<Reply> read_words(const RequestBody& request, std::span<const std::uint8_t> reply) {
  const std::uint16_t count = word_at(request.bytes, 4);
  const auto bytes = static_cast<unsigned>(data_bytes(request.function(), count));
  if (reply.size() != 3u + bytes) {
    return mismatch("size", 3u + bytes, static_cast<unsigned>(reply.size()));
  }
  if (reply[2] != bytes) return mismatch("byte count", bytes, reply[2]);
  Reply out;
  out.words.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    out.words.push_back(reads_bits(request.function())
                            ? static_cast<std::uint16_t>(reply[3 + i / 8] >> (i % 8) & 1)
                            : word_at(reply, 3 + 2 * i));
  }
  return out;
}

// Functions 5 and 6 repeat address and value, 15 and 16 address and count: the same four bytes that
// followed the function in the request.
Result<Reply> check_echo(const RequestBody& request, std::span<const std::uint8_t> reply) {
  if (reply.size() != 6) return mismatch("size", 6, static_cast<unsigned>(reply.size()));
  if (word_at(reply, 2) != word_at(request.bytes, 2)) {
    return mismatch("echoed address", word_at(request.bytes, 2), word_at(reply, 2));
  }
  if (word_at(reply, 4) != word_at(request.bytes, 4)) {
    return mismatch("echoed value", word_at(request.bytes, 4), word_at(reply, 4));
  }
  return Reply{};
}

Error impossible(const std::string& what) { return Error{Errc::invalid, what}; }

}  // namespace

std::string describe_exception(std::uint8_t code) {
  switch (code) {
    case 1:
      return "exception 1 (the device does not know this function)";
    case 2:
      return "exception 2 (the device has no such register)";
    case 3:
      return "exception 3 (the device refuses this value)";
    case 4:
      return "exception 4 (the device failed)";
    case 5:
      return "exception 5 (accepted, still working)";
    case 6:
      return "exception 6 (the device is busy)";
    case 10:
      return "exception 10 (the gateway has no path)";
    case 11:
      return "exception 11 (the unit behind the gateway does not answer)";
    default:
      return "exception " + std::to_string(code);
  }
}

ReadRequest read_request(const Point& point, std::uint8_t unit) {
  return {unit, point.area, point.address, point.length};
}

Result<WriteRequest> write_request(const RegisterMap& map, const Point& point, std::uint8_t unit,
                                   double value) {
  auto words = point_words(point, value);
  if (!words) return words.error();
  const bool coil = point.area == Area::coil;
  if (coil && point.type == PointType::bit && (*words)[0] != 0) (*words)[0] = 0xFF00;
  const bool single = words->size() == 1 && (coil || map.single_writes);
  return WriteRequest{unit, point.address, std::move(*words), single, point.area};
}

Result<RequestBody> request_body(const ReadRequest& request) {
  if (request.unit < 1 || request.unit > 247) return impossible("the unit must be 1 to 247");
  if (request.count < 1 || request.count > (is_bits(request.area) ? 2000 : 125)) {
    return impossible("1 to 125 registers, or 2000 bits, can be read");
  }
  if (request.address + request.count > 65536) return impossible("there is no register 65536");
  RequestBody body{{request.unit, read_function(request.area)}};
  put(body.bytes, request.address);
  put(body.bytes, request.count);
  return body;
}

Result<RequestBody> request_body(const WriteRequest& request) {
  const std::size_t count = request.words.size();
  if (request.unit < 1 || request.unit > 247) return impossible("the unit must be 1 to 247");
  if (count < 1 || count > 123) return impossible("1 to 123 registers can be written");
  if (request.address + count > 65536) return impossible("there is no register 65536");
  if (request.single && count != 1) return impossible("functions 5 and 6 write one value");
  if (request.area != Area::holding && request.area != Area::coil) {
    return impossible("inputs cannot be written");
  }
  const bool coils = request.area == Area::coil;
  RequestBody body{{request.unit, request.single ? (coils ? kWriteCoil : kWriteOne)
                                                 : (coils ? kWriteCoils : kWriteMany)}};
  put(body.bytes, request.address);
  if (request.single) {
    put(body.bytes, request.words[0]);
    return body;
  }
  put(body.bytes, static_cast<std::uint16_t>(count));
  body.bytes.push_back(static_cast<std::uint8_t>(coils ? (count + 7) / 8 : 2 * count));
  if (coils) {
    body.bytes.resize(body.bytes.size() + (count + 7) / 8);
    for (std::size_t i = 0; i < count; ++i) {
      if (request.words[i] != 0) body.bytes[7 + i / 8] |= static_cast<std::uint8_t>(1u << (i % 8));
    }
    return body;
  }
  for (const std::uint16_t word : request.words) put(body.bytes, word);
  return body;
}

std::vector<std::uint8_t> tcp_frame(const RequestBody& request, std::uint16_t transaction) {
  std::vector<std::uint8_t> frame;
  put(frame, transaction);
  put(frame, 0);
  put(frame, static_cast<std::uint16_t>(request.bytes.size()));
  frame.insert(frame.end(), request.bytes.begin(), request.bytes.end());
  return frame;
}

std::uint16_t crc16(std::span<const std::uint8_t> bytes) {
  // Modbus over serial line 1.02, 2.5.1.2: polynomial x16 + x15 + x2 + 1, reflected.
  std::uint16_t crc = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    crc = static_cast<std::uint16_t>(crc ^ byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = static_cast<std::uint16_t>((crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1);
    }
  }
  return crc;
}

std::vector<std::uint8_t> rtu_frame(const RequestBody& request) {
  std::vector<std::uint8_t> frame = request.bytes;
  const std::uint16_t crc = crc16(frame);
  frame.push_back(static_cast<std::uint8_t>(crc));  // the one little-endian field of Modbus
  frame.push_back(static_cast<std::uint8_t>(crc >> 8));
  return frame;
}

Result<Reply> check_reply_body(const RequestBody& request, std::span<const std::uint8_t> reply) {
  if (reply.size() < 3) return mismatch("size", 3, static_cast<unsigned>(reply.size()));
  if (reply[0] != request.unit()) return mismatch("unit", request.unit(), reply[0]);
  if (reply[1] == (request.function() | 0x80)) {
    if (reply.size() != 3) return mismatch("size", 3, static_cast<unsigned>(reply.size()));
    if (reply[2] == 0) return mismatch("exception code", 1, 0);
    Reply out;
    out.exception = reply[2];
    return out;
  }
  if (reply[1] != request.function()) return mismatch("function", request.function(), reply[1]);
  return reads(request.function()) ? read_words(request, reply) : check_echo(request, reply);
}

Result<Reply> check_tcp_reply(const RequestBody& request, std::uint16_t transaction,
                              std::span<const std::uint8_t> frame) {
  constexpr std::size_t kHeader = 6;  // transaction, protocol, length; the unit belongs to the body
  if (frame.size() < kHeader + 3) return mismatch("size", 9, static_cast<unsigned>(frame.size()));
  if (word_at(frame, 0) != transaction) {
    return mismatch("transaction", transaction, word_at(frame, 0));
  }
  if (word_at(frame, 2) != 0) return mismatch("protocol", 0, word_at(frame, 2));
  if (word_at(frame, 4) != frame.size() - kHeader) {
    return mismatch("length", static_cast<unsigned>(frame.size() - kHeader), word_at(frame, 4));
  }
  return check_reply_body(request, frame.subspan(kHeader));
}

Result<Reply> check_rtu_reply(const RequestBody& request, std::span<const std::uint8_t> frame) {
  if (frame.size() < 5) return mismatch("size", 5, static_cast<unsigned>(frame.size()));
  const auto body = frame.first(frame.size() - 2);
  const auto sent = static_cast<std::uint16_t>(frame[frame.size() - 1] << 8 | frame[body.size()]);
  if (sent != crc16(body)) return mismatch("checksum", crc16(body), sent);
  return check_reply_body(request, body);
}

}  // namespace soakrig::instruments
