// SPDX-License-Identifier: Apache-2.0
//
// One kept-open HTTP/1.1 connection to an engine, plain or TLS, and one exchange at a time on it.
// Bytes of the answer are handed on as the socket gives them, with the moment at which they came: by
// the kernel's note (plain), or taken before any of them is looked at (TLS).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "rig/base/url.hpp"
#include "workloads/openai/exchange.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::workloads {

// Who hears of an exchange. Every call comes from the thread that runs the io_context.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  virtual void on_sent(Nanos at) = 0;  // connected; the request goes out now
  virtual void on_headers(int status, std::string_view content_type, Nanos at) = 0;
  // False: no more is wanted; the connection is closed and the exchange ends.
  virtual bool on_body(std::string_view bytes, Nanos at) = 0;
  // The last call. `none`: the answer has come to its end. `cut`: the connection has.
  virtual void on_end(Trouble trouble, const std::string& detail) = 0;
};

class HttpConnection {
 public:
  virtual ~HttpConnection() = default;
  // `request` is the whole text of one. The sink is borrowed until on_end or abandon().
  // An idle connection that the server had closed meanwhile is opened anew, once.
  virtual void exchange(std::string request, HttpSink& sink) = 0;
  // Closes it; nothing more is heard of the exchange.
  virtual void abandon() = 0;
};

// What all connections to one engine share: its address looked up once, and how to trust it.
// Used by one thread, and outlives its connections.
class HttpTarget {
 public:
  virtual ~HttpTarget() = default;
  [[nodiscard]] virtual std::unique_ptr<HttpConnection> connect() = 0;
};

struct TlsTrust {
  std::string ca_file;  // empty = the system's authorities
  bool verify = true;   // the certificate and the host's name in it
};

// Errc::not_found: the host has no address. Errc::unsupported: https in a build for boards, which
// has no TLS. The context and the clock are borrowed. `through`: a port of the loopback that leads
// there; the name in the address is still the one that is asked for and trusted.
[[nodiscard]] Result<std::unique_ptr<HttpTarget>> make_target(
    boost::asio::io_context& context, const HttpUrl& url, const TlsTrust& trust, const Clock& clock,
    std::optional<std::uint16_t> through = {});

}  // namespace soakrig::workloads
