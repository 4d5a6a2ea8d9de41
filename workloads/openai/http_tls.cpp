// SPDX-License-Identifier: Apache-2.0
//
// Connections over TLS: the certificate is checked against the system's authorities or a file, and
// must name the host.
#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include "workloads/openai/http_connection_inl.hpp"

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;

// TLS records cannot be read from the outside: the stream reads into a buffer of its own.
class TlsTransport {
 public:
  using Stream = asio::ssl::stream<tcp::socket>;

  TlsTransport(asio::ssl::context& trust, const std::string& host, bool verify)
      : trust_(&trust), host_(&host), verify_(verify) {}

  std::shared_ptr<Stream> make(asio::io_context& context) {
    auto stream = std::make_shared<Stream>(context, *trust_);
    // As the macro SSL_set_tlsext_host_name does, without its cast; the text is only read.
    SSL_ctrl(stream->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host_->c_str()));
    if (verify_) stream->set_verify_callback(asio::ssl::host_name_verification(*host_));
    return stream;
  }
  template <class Handler>
  static void handshake(Stream& stream, Handler&& handler) {
    stream.async_handshake(asio::ssl::stream_base::client, std::forward<Handler>(handler));
  }
  template <class Handler>
  void wait(Stream& stream, Handler handler) {
    stream.async_read_some(asio::buffer(*bytes_),
                           [handler, got = got_](const Code& error, std::size_t count) {
                             *got = count;
                             handler(error);
                           });
  }
  static void connected(Stream&) {}  // records come through OpenSSL, which passes no notes on
  Read read(Stream&, asio::mutable_buffer buffer, Code& error) {
    const std::size_t count = asio::buffer_copy(buffer, asio::buffer(bytes_->data(), *got_));
    if (count == 0) error = asio::error::would_block;
    *got_ = 0;  // the caller's buffer always has room for a record
    return {count, 0};
  }
  static bool is_end(const Code& error) { return error == asio::ssl::error::stream_truncated; }
  void forget() { *got_ = 0; }

 private:
  static constexpr std::size_t kRecord = 16 * 1024;

  asio::ssl::context* trust_;
  const std::string* host_;
  bool verify_;
  // Shared with a read that is still on its way when the connection goes.
  std::shared_ptr<std::vector<char>> bytes_ = std::make_shared<std::vector<char>>(kRecord);
  std::shared_ptr<std::size_t> got_ = std::make_shared<std::size_t>(0);
};

class TlsTarget final : public HttpTarget {
 public:
  TlsTarget(std::unique_ptr<ConnectionShared> shared, std::string host, bool verify)
      : shared_(std::move(shared)), host_(std::move(host)), verify_(verify) {}

  Result<void> trust(const std::string& ca_file) {
    Code error;
    context_.set_verify_mode(verify_ ? asio::ssl::verify_peer : asio::ssl::verify_none, error);
    if (!verify_) return {};
    if (ca_file.empty()) {
      context_.set_default_verify_paths(error);
    } else {
      context_.load_verify_file(ca_file, error);
    }
    if (!error) return {};
    return Error{Errc::invalid, "no certificate authorities: " + error.message(),
                 "give a PEM file with them", ca_file};
  }
  std::unique_ptr<HttpConnection> connect() override {
    return std::make_unique<Connection<TlsTransport>>(*shared_,
                                                      TlsTransport(context_, host_, verify_));
  }

 private:
  std::unique_ptr<ConnectionShared> shared_;
  std::string host_;
  bool verify_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
};

}  // namespace

Result<std::unique_ptr<HttpTarget>> make_tls_target(std::unique_ptr<ConnectionShared> shared,
                                                    const HttpUrl& url, const TlsTrust& trust) {
  auto target = std::make_unique<TlsTarget>(std::move(shared), url.host, trust.verify);
  if (const auto trusted = target->trust(trust.ca_file); !trusted) return trusted.error();
  return std::unique_ptr<HttpTarget>(std::move(target));
}

}  // namespace soakrig::workloads
