// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>

#include "rig/app/json_port.hpp"
#include "rig/base/url.hpp"

namespace soakrig::app {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::size_t kMostReply = 8u << 20;

class HttpPort final : public JsonPort {
 public:
  HttpPort(HttpUrl url, std::string name, Nanos timeout)
      : url_(std::move(url)), name_(std::move(name)), timeout_(timeout) {}

  Result<std::string> ask(const std::string& path, const std::string& body) override {
    asio::io_context io;
    asio::ip::tcp::resolver resolver(io);
    beast::tcp_stream stream(io);
    beast::flat_buffer buffer;
    http::request<http::string_body> request{http::verb::post, url_.path + path, 11};
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMostReply);
    request.set(http::field::host, url_.host);
    request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    std::optional<std::string> wrong;
    const auto check = [&wrong](const boost::system::error_code& ec) {
      if (ec) wrong = ec.message();
      return !ec;
    };
    // Asynchronous, since only then the deadline of the stream holds.
    stream.expires_after(std::chrono::nanoseconds(timeout_));
    boost::system::error_code ec;
    const auto places = resolver.resolve(url_.host, url_.port, ec);
    if (ec) return failed("no such host: " + ec.message());
    stream.async_connect(places, [&](const auto& error, const auto&) {
      if (!check(error)) return;
      http::async_write(stream, request, [&](const auto& write_error, std::size_t) {
        if (!check(write_error)) return;
        http::async_read(stream, buffer, parser,
                         [&](const auto& read_error, std::size_t) { check(read_error); });
      });
    });
    io.run();
    if (wrong) return failed("no answer: " + *wrong);
    if (parser.get().result() != http::status::ok) {
      return failed("it answers HTTP " + std::to_string(parser.get().result_int()) + ": " +
                    parser.get().body().substr(0, 120));
    }
    return std::move(parser.get().body());
  }

 private:
  Error failed(const std::string& what) const {
    return {Errc::io, what, "is it an OpenAI-style server, and is it up?", name_};
  }

  HttpUrl url_;
  std::string name_;
  Nanos timeout_;
};

}  // namespace

Result<std::unique_ptr<JsonPort>> http_port(const std::string& url, Nanos timeout) {
  auto parsed = parse_http_url(url);
  if (!parsed) return parsed.error();
  if (parsed->tls) {
    return Error{Errc::invalid, "'" + url.substr(0, 120) + "': https is not asked for quality",
                 "write http://HOST:PORT"};
  }
  return std::unique_ptr<JsonPort>(std::make_unique<HttpPort>(std::move(*parsed), url, timeout));
}

}  // namespace soakrig::app
