// SPDX-License-Identifier: Apache-2.0
//
// The address of an HTTP server, as people write it. Pure; every byte is hostile until it is here.
#pragma once

#include <string>
#include <string_view>

#include "rig/base/result.hpp"

namespace soakrig {

// "http://HOST[:PORT][/PATH]" or https; an IPv6 address stands in brackets.
struct HttpUrl {
  bool tls = false;
  std::string host;  // without brackets
  std::string port;  // a number; 80 or 443 where none is written
  std::string path;  // "" or "/PATH", without a slash at its end

  // HOST:PORT as it belongs into a Host header.
  [[nodiscard]] std::string authority() const;
};

// Errc::invalid for anything else: another scheme, a user or password, a query, blanks or control
// characters, more than 2000 bytes.
[[nodiscard]] Result<HttpUrl> parse_http_url(std::string_view text);

}  // namespace soakrig
