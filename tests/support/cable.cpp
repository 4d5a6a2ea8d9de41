// SPDX-License-Identifier: Apache-2.0
#include "tests/support/cable.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

namespace soakrig::test {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

Fd listen_on(int port, int& got) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return {};
  if (::listen(fd.get(), 16) != 0) return {};
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  got = ntohs(address.sin_port);
  return fd;
}

void end_hard(const Fd& fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

int free_port() {
  int port = 0;
  return listen_on(0, port) ? port : 0;
}

Cable::Cable(int to_port) : to_port_(to_port), listener_(listen_on(0, port_)) {
  thread_ = std::thread([this] { run(); });
}

Cable::~Cable() {
  end_ = true;
  thread_.join();
}

void Cable::take_in() {
  for (;;) {
    Fd near(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!near) return;
    if (state_ == State::reset) {
      end_hard(near);
      continue;
    }
    Fd far(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(to_port_);
    if (::connect(far.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      end_hard(near);  // nobody listens: as the far end itself would answer
      continue;
    }
    ::fcntl(far.get(), F_SETFL, O_NONBLOCK);
    const Way there{near.get(), far.get()}, back{far.get(), near.get()};
    links_.push_back({std::move(near), std::move(far), there, back});
  }
}

// False: the connection is broken.
bool Cable::move(Way& way) {
  std::array<char, 65536> buffer{};
  if (!way.over && way.held.empty()) {
    const ssize_t n = ::read(way.from, buffer.data(), buffer.size());
    if (n < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (n == 0) {
      way.over = true;
      ::shutdown(way.to, SHUT_WR);
    }
    if (n > 0) way.held.assign(buffer.data(), static_cast<std::size_t>(n));
  }
  if (way.held.empty()) return true;
  const ssize_t n = ::send(way.to, way.held.data(), way.held.size(), MSG_NOSIGNAL);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  way.held.erase(0, static_cast<std::size_t>(n));
  return true;
}

void Cable::run() {
  while (!end_) {
    const State state = state_;
    std::vector<pollfd> waiting;
    if (state != State::silent) waiting.push_back({listener_.get(), POLLIN, 0});
    for (const Link& link : links_) {
      if (state != State::whole) break;
      for (const Way* way : {&link.there, &link.back}) {
        if (!way->held.empty()) waiting.push_back({way->to, POLLOUT, 0});
        if (way->held.empty() && !way->over) waiting.push_back({way->from, POLLIN, 0});
      }
    }
    ::poll(waiting.data(), waiting.size(), 20);
    if (state_ == State::silent) continue;
    take_in();
    for (Link& link : links_) {
      if (state_ == State::reset) {
        end_hard(link.near);
        end_hard(link.far);
        link.broken = true;
      } else {
        link.broken = !move(link.there) || !move(link.back);
      }
    }
    links_.remove_if([](const Link& link) {
      const bool passed =
          link.there.over && link.back.over && link.there.held.empty() && link.back.held.empty();
      return link.broken || passed;
    });
  }
}

}  // namespace soakrig::test
