// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/null_server.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>
#include <string>
#include <thread>

namespace soakrig::workloads {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;

std::string chunk(const std::string& data) {
  const std::string event = "data: " + data + "\n\n";
  return fmt::format("{:x}\r\n{}\r\n", event.size(), event);
}

std::string token_chunk(const std::string& text) {
  return chunk(R"({"id":"n","object":"chat.completion.chunk","created":0,"model":"null","choices":)"
               R"([{"index":0,"delta":{"content":")" +
               text + R"("},"finish_reason":null}]})");
}

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string tail(int tokens) {
  return chunk(R"({"choices":[{"index":0,"delta":{},"finish_reason":"length"}]})") +
         chunk(fmt::format(
             R"({{"choices":[],"usage":{{"completion_tokens":{},"prompt_tokens":8,"total_tokens":{}}}}})",
             tokens, tokens + 8)) +
         chunk("[DONE]") + "0\r\n\r\n";
}

// One client. Keeps itself alive by its handlers.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const NullServerOptions& options, const std::string& whole)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        options_(options),
        whole_(whole) {
    Code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](const Code& error, std::size_t got) {
                              if (error) return;
                              self->request_.append(self->buffer_.data(), got);
                              self->take_request();
                            });
  }

 private:
  // A request is whole when its body is; more than one at once does not come from our client.
  void take_request() {
    const std::size_t end = request_.find("\r\n\r\n");
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t at = request_.find(kLength);
    std::size_t length = 0;
    if (end != std::string::npos && at != std::string::npos && at < end) {
      std::from_chars(request_.data() + at + kLength.size(), request_.data() + end, length);
    }
    if (request_.size() > kMostRequest) return;  // the connection ends with this object
    if (end == std::string::npos || request_.size() < end + 4 + length) return read();
    request_.clear();
    if (options_.interval == 0 && !options_.stamped) return write(whole_, true);
    sent_ = 0;
    due_ = std::chrono::steady_clock::now();
    out_ = kHead;
    next_token();
  }

  void next_token() {
    if (sent_ == options_.tokens) {
      out_ += tail(options_.tokens);
      return write(out_, true);
    }
    due_ += std::chrono::nanoseconds(options_.interval);
    timer_.expires_at(due_);
    timer_.async_wait([self = shared_from_this()](const Code& error) {
      if (error) return;
      const Nanos now = self->options_.stamped ? SystemClock().boot_ns() : 0;
      self->out_ += token_chunk(self->options_.stamped ? std::to_string(now) : "tok ");
      ++self->sent_;
      self->write(self->out_, false);
    });
  }

  void write(const std::string& text, bool last) {
    asio::async_write(socket_, asio::buffer(text),
                      [self = shared_from_this(), last](const Code& error, std::size_t) {
                        if (error) return;
                        self->out_.clear();
                        if (last) {
                          self->read();
                        } else {
                          self->next_token();
                        }
                      });
  }

  static constexpr std::size_t kMostRequest = 16u << 20;

  tcp::socket socket_;
  asio::steady_timer timer_;
  const NullServerOptions& options_;
  const std::string& whole_;
  std::array<char, 8192> buffer_{};
  std::string request_, out_;
  int sent_ = 0;
  std::chrono::steady_clock::time_point due_;
};

class Server final : public NullServer {
 public:
  explicit Server(const NullServerOptions& options) : options_(options) {
    whole_ = kHead;
    for (int i = 0; i < options_.tokens; ++i) whole_ += token_chunk("tok ");
    whole_ += tail(options_.tokens);
  }
  ~Server() override {
    asio::post(context_, [this] { context_.stop(); });
    if (thread_.joinable()) thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Code start() {
    Code error;
    acceptor_.open(tcp::v4(), error);
    if (!error) acceptor_.bind({asio::ip::address_v4::loopback(), 0}, error);
    if (!error) acceptor_.listen(4096, error);
    if (error) return error;
    accept();
    thread_ = std::thread([this] { context_.run(); });
    return {};
  }
  std::uint16_t port() const override {
    Code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

 private:
  void accept() {
    acceptor_.async_accept([this](const Code& error, tcp::socket socket) {
      if (!error) std::make_shared<Session>(std::move(socket), options_, whole_)->read();
      accept();
    });
  }

  NullServerOptions options_;
  std::string whole_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<NullServer>> start_null_server(const NullServerOptions& options) {
  auto server = std::make_unique<Server>(options);
  if (const Code error = server->start(); error) {
    return Error{Errc::io, "no null server: " + error.message(), "is the loopback up?"};
  }
  return std::unique_ptr<NullServer>(std::move(server));
}

}  // namespace soakrig::workloads
