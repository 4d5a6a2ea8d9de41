// SPDX-License-Identifier: Apache-2.0
//
// The connection of http_connection.hpp over any transport. Included by the .cpp files that know
// one; a Transport has: Stream; make(); handshake(Stream&, handler); and for an answer's bytes
// wait(Stream&, handler), then read(Stream&, buffer, error) until it would block. A Read says
// how many bytes, and for how long they had lain in the socket where the kernel tells.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workloads/openai/http_parser.hpp"

namespace soakrig::workloads {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

struct Read {
  std::size_t bytes = 0;
  Nanos age = 0;
};

// A number, or this machine itself, needs no look-up; nor the libraries that one brings.
// Errc::not_found: the host has no address.
[[nodiscard]] Result<Endpoints> look_up(boost::asio::io_context& context, const HttpUrl& url);

// Shared by the connections of a target: one read is parsed before the next begins.
struct ConnectionShared {
  boost::asio::io_context& context;
  const Clock& clock;
  Endpoints places;
  std::vector<char> buffer = std::vector<char>(64 * 1024);
};

template <class Transport>
class Connection final : public HttpConnection {
  using Stream = typename Transport::Stream;
  using Code = boost::system::error_code;

 public:
  Connection(ConnectionShared& shared, Transport transport)
      : shared_(shared),
        transport_(std::move(transport)),
        life_(std::make_shared<Connection*>(this)) {}
  ~Connection() override {
    *life_ = nullptr;
    close();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void exchange(std::string request, HttpSink& sink) override {
    request_ = std::move(request);
    sink_ = &sink;
    answered_ = false;
    reused_ = stream_ != nullptr;
    if (reused_) {
      send();
    } else {
      open();
    }
  }

  void abandon() override {
    sink_ = nullptr;
    close();
  }

 private:
  // A handler that does nothing once this connection, or this exchange on it, is gone. It holds the
  // stream, which the operation may look at once more when it is cut short.
  template <class Do>
  auto while_alive(Do then) {
    return [life = life_, stream = stream_, turn = turn_, then](const Code& error, auto&&...) {
      Connection* self = *life;
      if (self != nullptr && self->turn_ == turn && self->sink_ != nullptr) then(*self, error);
    };
  }

  void open() {
    close();
    stream_ = transport_.make(shared_.context);
    boost::asio::async_connect(
        stream_->lowest_layer(), shared_.places,
        while_alive([](Connection& self, const Code& error) {
          if (error) {
            const bool refused = error == boost::asio::error::connection_refused;
            return self.end(refused ? Trouble::refused : Trouble::unreachable, error.message());
          }
          Code ignored;
          self.stream_->lowest_layer().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
          self.stream_->lowest_layer().non_blocking(true, ignored);
          self.transport_.connected(*self.stream_);
          self.transport_.handshake(*self.stream_,
                                    self.while_alive([](Connection& me, const Code& failed) {
                                      if (failed) return me.end(Trouble::tls, failed.message());
                                      me.send();
                                    }));
        }));
  }

  void send() {
    const Nanos at = looked_ = shared_.clock.boot_ns();
    parser_.emplace(*sink_, at);
    left_.clear();
    sink_->on_sent(at);
    writing_ = true;
    boost::asio::async_write(*stream_, boost::asio::buffer(request_),
                             while_alive([](Connection& self, const Code& error) {
                               self.writing_ = false;
                               if (error) self.broke(error);
                             }));
    wait();
  }

  void wait() {
    transport_.wait(*stream_, while_alive([](Connection& self, const Code& error) {
      if (error) return self.broke(error);
      self.read();
    }));
  }

  // Reads what there is, and parses it, until nothing is left or the exchange is over.
  void read() {
    for (;;) {
      std::vector<char>& buffer = shared_.buffer;
      const std::size_t kept = left_.copy(buffer.data(), left_.size());
      const std::size_t room = buffer.size() - kept;
      Code error;
      const auto [got, age] =
          transport_.read(*stream_, boost::asio::buffer(buffer.data() + kept, room), error);
      const Nanos now = shared_.clock.boot_ns();
      // What came before the socket was last looked at would have been read then: so a clock that
      // is set meanwhile moves no stamp beyond that.
      const Nanos at = std::clamp(now - age, std::min(looked_, now), now);
      if (error == boost::asio::error::would_block) return wait();
      if (error) return broke(error);
      answered_ = true;
      looked_ = now;
      parser_->set_time(at);
      if (!parse({buffer.data(), kept + got})) return;
      if (got < room) return wait();  // surely empty for now: no call to learn it
    }
  }

  // False: the exchange is over.
  bool parse(std::string_view bytes) {
    namespace http = boost::beast::http;
    const std::uint64_t turn = turn_;
    while (!bytes.empty() && !parser_->is_done()) {
      Code error;
      const std::size_t used = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
      if (turn != turn_ || sink_ == nullptr) return false;  // ended from within
      if (parser_->unwanted()) {
        end(Trouble::none, "");
        return false;
      }
      bytes.remove_prefix(used);
      if (error == http::error::need_more) break;
      if (error) {
        const bool long_header = error == http::error::header_limit;
        end(long_header ? Trouble::too_long : Trouble::protocol, "HTTP: " + error.message());
        return false;
      }
      if (used == 0) break;
    }
    if (parser_->is_done()) {
      end(Trouble::none, "", parser_->keep_alive() && !writing_ && bytes.empty());
      return false;
    }
    if (bytes.size() >= shared_.buffer.size() / 2) {
      end(Trouble::too_long, "HTTP: a line of it does not end");
      return false;
    }
    left_ = bytes;
    return true;
  }

  void broke(const Code& error) {
    if (reused_ && !answered_) {
      reused_ = false;  // closed while it lay idle: this says nothing of the engine
      return open();
    }
    const bool ended = error == boost::asio::error::eof || transport_.is_end(error);
    if (ended && parser_->is_header_done() && !parser_->is_done()) {
      Code failed;
      parser_->put_eof(failed);  // a body without a length ends so
      if (sink_ == nullptr) return;
      if (!failed && parser_->is_done()) return end(Trouble::none, "");
    }
    end(Trouble::cut, ended ? "the engine closed the connection" : error.message());
  }

  void end(Trouble trouble, const std::string& detail, bool keep = false) {
    if (!keep) close();
    ++turn_;
    HttpSink* sink = std::exchange(sink_, nullptr);
    sink->on_end(trouble, detail);  // may begin the next exchange
  }

  void close() {
    ++turn_;
    if (!stream_) return;
    Code ignored;
    stream_->lowest_layer().close(ignored);
    stream_.reset();
    transport_.forget();
  }

  ConnectionShared& shared_;
  Transport transport_;
  std::shared_ptr<Connection*> life_;
  std::shared_ptr<Stream> stream_;
  std::optional<HttpParser> parser_;
  std::string request_, left_;
  HttpSink* sink_ = nullptr;
  std::uint64_t turn_ = 0;
  Nanos looked_ = 0;       // when the socket was last read, or the request sent
  bool reused_ = false;    // this exchange began on a connection that was kept
  bool answered_ = false;  // a byte of the answer has come
  bool writing_ = false;
};

// With TLS; defined only in builds that have it.
[[nodiscard]] Result<std::unique_ptr<HttpTarget>> make_tls_target(
    std::unique_ptr<ConnectionShared> shared, const HttpUrl& url, const TlsTrust& trust);

}  // namespace soakrig::workloads
