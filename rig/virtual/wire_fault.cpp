// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/wire_fault.hpp"

#include <algorithm>
#include <array>

#include "rig/instruments/modbus_frame.hpp"

namespace soakrig::virtual_bench {
namespace {

constexpr std::array<std::string_view, kWireKinds> kNames = {
    "none",         "silent",           "late",
    "drip",         "stray-before",     "stray-after",
    "truncated",    "wrong-unit",       "wrong-function",
    "wrong-echo",   "wrong-value-echo", "short-reply",
    "wrong-length", "wrong-check",      "duplicate",
    "late-write",   "exception",        "random",
    "close"};

constexpr std::uint8_t kReadMost = 4;  // functions 1 to 4 read

bool is_read(const Bytes& body) { return (body[1] & 0x7F) <= kReadMost; }

Bytes noise(std::size_t size) {
  Bytes bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(i * 167 + 13));
  return bytes;
}

void append(Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

std::string_view to_string(WireKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<WireKind> parse_wire_kind(std::string_view text) {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<WireKind>(found - kNames.begin());
}

Bytes frame_of(Framing framing, std::uint16_t transaction, Bytes body) {
  const instruments::RequestBody content{std::move(body)};
  return framing == Framing::tcp ? instruments::tcp_frame(content, transaction)
                                 : instruments::rtu_frame(content);
}

std::vector<WireOutput> spoil(const WireFault& fault, Framing framing, std::uint16_t transaction,
                              Bytes body) {
  const auto framed = [&](Bytes what) { return frame_of(framing, transaction, std::move(what)); };
  Bytes right = framed(body);
  switch (fault.kind) {
    case WireKind::silent:
    case WireKind::late_write:
    case WireKind::close:
      return {};
    case WireKind::late:
      return {{fault.delay, std::move(right)}};
    case WireKind::drip: {
      std::vector<WireOutput> drops;
      for (std::size_t i = 0; i < right.size(); ++i) {
        drops.push_back({fault.delay * static_cast<Nanos>(i), {right[i]}});
      }
      return drops;
    }
    case WireKind::stray_before: {
      Bytes bytes = noise(5);
      append(bytes, right);
      return {{0, std::move(bytes)}};
    }
    case WireKind::stray_after:
      append(right, noise(5));
      break;
    case WireKind::truncated:
      right.resize(right.size() - std::min<std::size_t>(3, right.size() - 1));
      break;
    case WireKind::wrong_unit:
      body[0] = static_cast<std::uint8_t>(body[0] % 247 + 1);
      return {{0, framed(std::move(body))}};
    case WireKind::wrong_function:
      body[1] = body[1] == 3 ? 4 : 3;
      return {{0, framed(std::move(body))}};
    case WireKind::wrong_echo:
      if (is_read(body)) {  // two bytes more than asked for
        body[2] = static_cast<std::uint8_t>(body[2] + 2);
        append(body, {0x12, 0x34});
      } else if (body.size() > 3) {
        body[3] ^= 1;
      }
      return {{0, framed(std::move(body))}};
    case WireKind::wrong_value_echo:
      if (!is_read(body) && body.size() > 5) body[5] ^= 1;
      if (is_read(body)) return {};  // a read has no echo: then it is silence
      return {{0, framed(std::move(body))}};
    case WireKind::short_payload:
      if (body.size() > 5 && is_read(body)) {
        body.resize(body.size() - 2);
        body[2] = static_cast<std::uint8_t>(body[2] - 2);
      } else {
        body.resize(body.size() - 1);
      }
      return {{0, framed(std::move(body))}};
    case WireKind::wrong_length:
      if (framing == Framing::tcp) {
        right[5] = static_cast<std::uint8_t>(right[5] + 2);
      } else if (is_read(body)) {
        body[2] = static_cast<std::uint8_t>(body[2] + 2);
        return {{0, framed(std::move(body))}};
      } else {
        right.push_back(0);
      }
      break;
    case WireKind::wrong_transaction:
      if (framing == Framing::tcp) {
        right[1] ^= 1;
      } else {
        right.back() ^= 1;
      }
      break;
    case WireKind::duplicate:
      append(right, Bytes(right));
      break;
    case WireKind::exception:
      return {{0, framed({body[0], static_cast<std::uint8_t>(body[1] | 0x80), fault.code})}};
    case WireKind::random:
      return {{0, noise(40)}};
    case WireKind::none:
      break;
  }
  return {{0, std::move(right)}};
}

}  // namespace soakrig::virtual_bench
