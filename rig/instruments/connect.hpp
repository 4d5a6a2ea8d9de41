// SPDX-License-Identifier: Apache-2.0
//
// Connect strings: where an instrument is. Pure parsing of
//   tcp://HOST[:PORT][?unit=N&timeout=1s]            port 502, unit 1
//   rtu:///dev/ttyX?baud=9600&parity=N&stop=1&unit=N&quiet=600ms
//   rtu+tcp://HOST:PORT?unit=N&quiet=600ms
// "virtual" and "virtual:FILE" are not addresses: the program resolves them to one of these first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::instruments {

enum class Transport : std::uint8_t { tcp, rtu, rtu_tcp };

struct ConnectSpec {
  Transport transport = Transport::tcp;
  std::string host;  // tcp, rtu_tcp
  std::uint16_t port = 502;
  std::string device;  // rtu
  int baud = 9600;
  char parity = 'N';  // N E O
  int stop_bits = 1;
  std::uint8_t unit = 1;    // 1 to 247
  Nanos timeout = kSecond;  // hard deadline of one transaction
  // RTU: how long the line must be silent after a failure before it is trusted again. Longer than
  // any device on it answers after the time-out, since its late reply could not be told from an
  // answer to the next request.
  Nanos quiet = 600 * kMillisecond;

  // The bus without the unit: instruments with the same endpoint share one bus.
  [[nodiscard]] std::string endpoint() const;
  // Whether both can share one bus: false where the line is to be set up differently.
  [[nodiscard]] bool same_line(const ConnectSpec& other) const;
};

[[nodiscard]] Result<ConnectSpec> parse_connect(std::string_view text);

}  // namespace soakrig::instruments
