// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/modbus_frame.hpp"

#include <algorithm>

namespace soakrig::instruments {
namespace {

constexpr std::uint8_t kReadHolding = 3, kReadInput = 4, kWriteOne = 6, kWriteMany = 16;

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
  if (reply.size() != 3u + 2u * count) {
    return mismatch("size", 3u + 2u * count, static_cast<unsigned>(reply.size()));
  }
  if (reply[2] != 2 * count) return mismatch("byte count", 2u * count, reply[2]);
  Reply out;
  out.words.reserve(count);
  for (std::size_t i = 0; i < count; ++i) out.words.push_back(word_at(reply, 3 + 2 * i));
  return out;
}

// Function 6 repeats address and value, function 16 address and count: the same four bytes that
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

Result<RequestBody> request_body(const ReadRequest& request) {
  if (request.unit < 1 || request.unit > 247) return impossible("the unit must be 1 to 247");
  if (request.count < 1 || request.count > 125) return impossible("1 to 125 registers can be read");
  if (request.address + request.count > 65536) return impossible("there is no register 65536");
  RequestBody body{{request.unit, request.area == Area::holding ? kReadHolding : kReadInput}};
  put(body.bytes, request.address);
  put(body.bytes, request.count);
  return body;
}

Result<RequestBody> request_body(const WriteRequest& request) {
  const std::size_t count = request.words.size();
  if (request.unit < 1 || request.unit > 247) return impossible("the unit must be 1 to 247");
  if (count < 1 || count > 123) return impossible("1 to 123 registers can be written");
  if (request.address + count > 65536) return impossible("there is no register 65536");
  if (request.single && count != 1) return impossible("function 6 writes one register");
  RequestBody body{{request.unit, request.single ? kWriteOne : kWriteMany}};
  put(body.bytes, request.address);
  if (request.single) {
    put(body.bytes, request.words[0]);
    return body;
  }
  put(body.bytes, static_cast<std::uint16_t>(count));
  body.bytes.push_back(static_cast<std::uint8_t>(2 * count));
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
  const bool reads = request.function() == kReadHolding || request.function() == kReadInput;
  return reads ? read_words(request, reply) : check_echo(request, reply);
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

}  // namespace soakrig::instruments
