// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/http_connection.hpp"

#include <boost/asio/ip/address.hpp>

#include "workloads/openai/arrival_time.hpp"
#include "workloads/openai/http_connection_inl.hpp"

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;

struct PlainTransport {
  using Stream = tcp::socket;

  static std::shared_ptr<Stream> make(asio::io_context& context) {
    return std::make_shared<Stream>(context);
  }
  template <class Handler>
  static void handshake(Stream&, Handler&& handler) {
    handler(Code{});
  }
  template <class Handler>
  static void wait(Stream& stream, Handler&& handler) {
    stream.async_wait(tcp::socket::wait_read, std::forward<Handler>(handler));
  }
  // Asks the kernel to note when bytes arrive: a process that is woken late still knows.
  static void connected(Stream& stream) { ask_for_arrival_times(stream.native_handle()); }
  static Read read(Stream& stream, asio::mutable_buffer buffer, Code& error) {
    const Received got =
        receive_with_age(stream.native_handle(), static_cast<char*>(buffer.data()), buffer.size());
    if (got.error != 0) error = Code(got.error, boost::system::system_category());
    if (got.error == 0 && got.bytes == 0) error = asio::error::eof;
    return {got.bytes, got.age};
  }
  static bool is_end(const Code&) { return false; }
  static void forget() {}
};

class PlainTarget final : public HttpTarget {
 public:
  explicit PlainTarget(std::unique_ptr<ConnectionShared> shared) : shared_(std::move(shared)) {}
  std::unique_ptr<HttpConnection> connect() override {
    return std::make_unique<Connection<PlainTransport>>(*shared_, PlainTransport{});
  }

 private:
  std::unique_ptr<ConnectionShared> shared_;
};

}  // namespace

Result<Endpoints> look_up(asio::io_context& context, const HttpUrl& url) {
  const auto port = static_cast<unsigned short>(std::stoi(url.port));
  Code error;
  const auto address =
      asio::ip::make_address(url.host == "localhost" ? "127.0.0.1" : url.host, error);
  if (!error) return Endpoints{tcp::endpoint(address, port)};
  tcp::resolver resolver(context);
  Endpoints places;
  for (const auto& entry : resolver.resolve(url.host, url.port, error)) {
    places.push_back(entry.endpoint());
  }
  if (!error && !places.empty()) return places;
  return Error{Errc::not_found, "the host '" + url.host + "' has no address: " + error.message(),
               "correct the url, or write the address as a number"};
}

Result<std::unique_ptr<HttpTarget>> make_target(asio::io_context& context, const HttpUrl& url,
                                                const TlsTrust& trust, const Clock& clock,
                                                std::optional<std::uint16_t> through) {
  auto places = through ? Endpoints{tcp::endpoint(asio::ip::address_v4::loopback(), *through)}
                        : look_up(context, url);
  if (!places) return places.error();
  auto shared =
      std::make_unique<ConnectionShared>(ConnectionShared{context, clock, std::move(*places)});
  if (!url.tls)
    return std::unique_ptr<HttpTarget>(std::make_unique<PlainTarget>(std::move(shared)));
#ifdef SOAKRIG_TLS
  return make_tls_target(std::move(shared), url, trust);
#else
  static_cast<void>(trust);
  return Error{Errc::unsupported, "this build for boards speaks no TLS",
               "give the engine's http:// address, or run the client on the rig: in a board whose "
               "connect is "
               "\"local\""};
#endif
}

}  // namespace soakrig::workloads
