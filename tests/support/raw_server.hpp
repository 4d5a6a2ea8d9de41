// SPDX-License-Identifier: Apache-2.0
//
// A server on the loopback that answers each request with the bytes of a script, whatever they are:
// for what a well-behaved server never sends.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace soakrig::test {

class RawServer {
 public:
  struct Answer {
    std::string bytes;
    bool close = false;  // the connection, after it
  };

  // One answer a request, in order, over all connections; the last is repeated. One at a time.
  explicit RawServer(std::vector<Answer> answers) : answers_(std::move(answers)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    if (::bind(fd_, address, size) == 0 && ::listen(fd_, 16) == 0)
      ::getsockname(fd_, address, &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~RawServer() {
    stop_ = true;
    thread_.join();
    ::close(fd_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int requests() const { return requests_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  bool readable(int fd) const {
    pollfd wait{fd, POLLIN, 0};
    while (!stop_) {
      if (::poll(&wait, 1, 20) > 0) return true;
    }
    return false;
  }

  void serve() {
    while (readable(fd_)) {
      const int client = ::accept(fd_, nullptr, nullptr);
      ++connections_;
      std::string request;
      while (readable(client) && take_request(client, request)) {
        const auto index =
            std::min<std::size_t>(static_cast<std::size_t>(requests_), answers_.size() - 1);
        const Answer& answer = answers_[index];
        ++requests_;
        std::size_t sent = 0;
        while (sent < answer.bytes.size()) {
          const ssize_t count =
              ::send(client, answer.bytes.data() + sent, answer.bytes.size() - sent, MSG_NOSIGNAL);
          if (count <= 0) break;
          sent += static_cast<std::size_t>(count);
        }
        if (answer.close) break;
      }
      ::close(client);
    }
  }

  // False: the client is gone.
  static bool take_request(int client, std::string& request) {
    request.clear();
    char buffer[4096];
    for (;;) {
      const ssize_t got = ::recv(client, buffer, sizeof buffer, 0);
      if (got <= 0) return false;
      request.append(buffer, static_cast<std::size_t>(got));
      const std::size_t end = request.find("\r\n\r\n");
      const std::size_t length = request.find("Content-Length: ");
      if (end == std::string::npos) continue;
      const std::size_t body = length < end ? std::stoul(request.substr(length + 16)) : 0;
      if (request.size() >= end + 4 + body) return true;
    }
  }

  std::vector<Answer> answers_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<int> requests_ = 0, connections_ = 0;
  std::thread thread_;
};

}  // namespace soakrig::test
