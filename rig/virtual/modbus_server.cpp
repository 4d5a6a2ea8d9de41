// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/modbus_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace soakrig::virtual_bench {
namespace {

constexpr std::size_t kMaxConnections = 16;
constexpr std::size_t kMaxFrame = 260;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Result<Address> make_address(const std::string& text, std::uint16_t port) {
  Address out;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.size = sizeof v4;
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.size = sizeof v6;
  } else {
    return Error{Errc::invalid, "'" + text + "' is no IP address", "listen on 127.0.0.1:0"};
  }
  return out;
}

// The socket interface takes every address family by this one pointer.
template <class Any>
Any* as_sockaddr(sockaddr_storage& storage) {
  return static_cast<Any*>(static_cast<void*>(&storage));
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(fd, as_sockaddr<sockaddr>(storage), &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? as_sockaddr<sockaddr_in6>(storage)->sin6_port
                                             : as_sockaddr<sockaddr_in>(storage)->sin_port);
}

}  // namespace

Result<ModbusServer> ModbusServer::listen(const std::string& text, std::uint16_t port,
                                          RegisterBank& bank) {
  auto address = make_address(text, port);
  if (!address) return address.error();
  Fd fd(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return sys_error("cannot make a socket");
  const int on = 1;
  static_cast<void>(::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  if (::bind(fd.get(), as_sockaddr<sockaddr>(address->storage), address->size) != 0 ||
      ::listen(fd.get(), 8) != 0) {
    return sys_error("cannot listen", text + ":" + std::to_string(port),
                     "is the port taken? 0 picks a free one");
  }
  const std::uint16_t chosen = bound_port(fd.get());
  return ModbusServer(std::move(fd), chosen, bank);
}

void ModbusServer::add_to(std::vector<pollfd>& waiting) const {
  if (stalled_) return;
  waiting.push_back({listener_.get(), POLLIN, 0});
  for (const Connection& connection : connections_) {
    waiting.push_back({connection.fd.get(), POLLIN, 0});
  }
}

void ModbusServer::handle(const std::vector<pollfd>& ready) {
  if (stalled_) return;
  const auto is_ready = [&ready](int fd) {
    const auto found = std::ranges::find(ready, fd, &pollfd::fd);
    return found != ready.end() && found->revents != 0;
  };
  std::erase_if(connections_, [&](Connection& connection) {
    return is_ready(connection.fd.get()) && !serve(connection);
  });
  if (is_ready(listener_.get())) accept_one();
}

void ModbusServer::accept_one() {
  Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return;
  // The oldest goes: a client that died without closing must not lock others out.
  if (connections_.size() >= kMaxConnections) connections_.erase(connections_.begin());
  const int on = 1;
  static_cast<void>(::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  connections_.push_back({std::move(fd), {}});
}

// False when the connection is over.
bool ModbusServer::serve(Connection& connection) {
  std::array<std::uint8_t, 2048> buffer{};
  const ssize_t n = ::recv(connection.fd.get(), buffer.data(), buffer.size(), 0);
  if (n == 0) return false;
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  connection.in.insert(connection.in.end(), buffer.begin(), buffer.begin() + n);
  return answer_all(connection);
}

bool ModbusServer::answer_all(Connection& connection) {
  std::size_t at = 0;
  auto& in = connection.in;
  while (in.size() - at >= 7) {
    const std::size_t length = static_cast<std::size_t>(in[at + 4]) << 8 | in[at + 5];
    // Not Modbus: no way to find the next frame.
    if (length < 2 || length + 6 > kMaxFrame || in[at + 2] != 0 || in[at + 3] != 0) return false;
    if (in.size() - at < length + 6) break;
    const auto reply = bank_->answer(std::span(in).subspan(at, length + 6));
    at += length + 6;
    if (!reply) continue;
    // Small against any socket buffer: if it does not fit, the client does not read.
    const ssize_t sent = ::send(connection.fd.get(), reply->data(), reply->size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(reply->size())) return false;
  }
  in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}

}  // namespace soakrig::virtual_bench
