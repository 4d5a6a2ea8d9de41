// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/connect.hpp"

#include <charconv>
#include <optional>

#include "rig/base/quantity.hpp"

namespace soakrig::instruments {
namespace {

template <class T>
std::optional<T> whole(std::string_view text) {
  T value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Error bad(std::string_view text, const std::string& what) {
  return Error{Errc::invalid, "connect \"" + std::string(text.substr(0, 200)) + "\": " + what,
               "write tcp://HOST:502?unit=1 or rtu:///dev/ttyX?baud=9600&unit=1"};
}

// One key=value of the query; a message when it is wrong.
std::string apply_option(ConnectSpec& spec, std::string_view key, std::string_view value) {
  if (key == "unit") {
    const auto unit = whole<unsigned>(value);
    if (!unit || *unit < 1 || *unit > 247) return "unit must be 1 to 247";
    spec.unit = static_cast<std::uint8_t>(*unit);
    return {};
  }
  if (key == "timeout") {
    const auto timeout = parse_duration(value);
    if (!timeout || *timeout < 10 * kMillisecond || *timeout > kMinute) {
      return "timeout must be 10ms to 1min";
    }
    spec.timeout = *timeout;
    return {};
  }
  if (key == "quiet" && spec.transport != Transport::tcp) {
    const auto quiet = parse_duration(value);
    if (!quiet || *quiet < 10 * kMillisecond || *quiet > kMinute) {
      return "quiet must be 10ms to 1min";
    }
    spec.quiet = *quiet;
    return {};
  }
  if (spec.transport == Transport::rtu) {
    if (key == "baud") {
      const auto baud = whole<int>(value);
      if (!baud || *baud < 300 || *baud > 4'000'000) return "baud must be 300 to 4000000";
      spec.baud = *baud;
      return {};
    }
    if (key == "parity") {
      if (value != "N" && value != "E" && value != "O") return "parity must be N, E or O";
      spec.parity = value[0];
      return {};
    }
    if (key == "stop") {
      if (value != "1" && value != "2") return "stop must be 1 or 2";
      spec.stop_bits = value[0] - '0';
      return {};
    }
  }
  return "unknown option '" + std::string(key) + "'";
}

// HOST[:PORT], an IPv6 address in brackets.
std::string apply_authority(ConnectSpec& spec, std::string_view text) {
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return "an IPv6 address needs its ']'";
    spec.host = text.substr(1, close - 1);
    const auto rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return "after ']' only :PORT may follow";
    port = rest;
  } else {
    const auto colon = text.find(':');
    spec.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (spec.host.empty() || spec.host.size() > 253) return "the host is missing";
  if (port.empty()) {
    return spec.transport == Transport::rtu_tcp ? "the port is missing" : "";
  }
  const auto number = whole<unsigned>(port.substr(1));
  if (!number || *number < 1 || *number > 65535) return "the port must be 1 to 65535";
  spec.port = static_cast<std::uint16_t>(*number);
  return {};
}

}  // namespace

std::string ConnectSpec::endpoint() const {
  if (transport == Transport::rtu) return "rtu://" + device;
  const std::string address = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (transport == Transport::tcp ? "tcp://" : "rtu+tcp://") + address + ":" +
         std::to_string(port);
}

bool ConnectSpec::same_line(const ConnectSpec& other) const {
  return endpoint() == other.endpoint() && baud == other.baud && parity == other.parity &&
         stop_bits == other.stop_bits;
}

Result<ConnectSpec> parse_connect(std::string_view text) {
  ConnectSpec spec;
  std::string_view rest = text;
  if (rest.starts_with("tcp://")) {
    rest.remove_prefix(6);
  } else if (rest.starts_with("rtu+tcp://")) {
    spec.transport = Transport::rtu_tcp;
    rest.remove_prefix(10);
  } else if (rest.starts_with("rtu://")) {
    spec.transport = Transport::rtu;
    rest.remove_prefix(6);
  } else {
    return bad(text, "unknown transport");
  }
  const auto question = rest.find('?');
  const std::string_view place = rest.substr(0, question);
  if (spec.transport == Transport::rtu) {
    if (place.empty() || place.front() != '/') return bad(text, "the device must be a full path");
    spec.device = place;
  } else if (const std::string wrong = apply_authority(spec, place); !wrong.empty()) {
    return bad(text, wrong);
  }
  std::string_view query =
      question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  while (!query.empty()) {
    const auto amp = query.find('&');
    const std::string_view pair = query.substr(0, amp);
    query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return bad(text, "options are written key=value");
    const std::string wrong = apply_option(spec, pair.substr(0, equals), pair.substr(equals + 1));
    if (!wrong.empty()) return bad(text, wrong);
  }
  return spec;
}

}  // namespace soakrig::instruments
