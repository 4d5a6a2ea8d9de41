// SPDX-License-Identifier: Apache-2.0
#include "rig/base/url.hpp"

#include <algorithm>
#include <charconv>

namespace soakrig {

namespace {

constexpr std::size_t kLongest = 2000;

Error wrong(std::string_view text, const char* why) {
  return {Errc::invalid, "'" + std::string(text.substr(0, 80)) + "' is no address: " + why,
          "write it like http://127.0.0.1:8080"};
}

bool port_ok(std::string_view port) {
  int number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc{} && end == port.data() + port.size() && number > 0 && number < 65536;
}

bool host_ok(std::string_view host, bool bracketed) {
  const auto good = [&](char c) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return word || c == '.' || c == '-' || c == '_' || (bracketed && (c == ':' || c == '%'));
  };
  return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, good);
}

}  // namespace

std::string HttpUrl::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + port;
}

Result<HttpUrl> parse_http_url(std::string_view text) {
  if (text.size() > kLongest) return wrong(text, "it is longer than 2000 bytes");
  HttpUrl out;
  out.tls = text.starts_with("https://");
  if (!out.tls && !text.starts_with("http://")) {
    return wrong(text, "it does not begin with http:// or https://");
  }
  std::string_view rest = text.substr(out.tls ? 8 : 7);
  const bool clean = std::ranges::all_of(
      rest, [](char c) { return c > 0x20 && c < 0x7F && c != '?' && c != '#' && c != '"'; });
  if (!clean) return wrong(text, "a query, a blank or a strange character is in it");
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view path = rest.substr(slash);
  std::string_view place = rest.substr(0, slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (place.find('@') != std::string_view::npos) {
    return wrong(text, "a user or password does not belong into it");
  }
  const bool bracketed = place.starts_with('[');
  const std::size_t host_end = bracketed ? place.find(']') : place.find(':');
  if (bracketed && host_end == std::string_view::npos) return wrong(text, "']' is missing");
  const std::string_view host = place.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  std::string_view port = host_end == std::string_view::npos
                              ? std::string_view{}
                              : place.substr(host_end + (bracketed ? 1 : 0));
  if (!host_ok(host, bracketed)) return wrong(text, "its host is none");
  if (port.empty()) {
    port = out.tls ? ":443" : ":80";
  }
  if (!port.starts_with(':') || !port_ok(port.substr(1))) {
    return wrong(text, "its port is no number from 1 to 65535");
  }
  out.host = host;
  out.port = port.substr(1);
  out.path = path;
  return out;
}

}  // namespace soakrig
