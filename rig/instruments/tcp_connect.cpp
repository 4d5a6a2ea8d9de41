// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/tcp_connect.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <future>
#include <memory>
#include <thread>

namespace soakrig::instruments {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

struct Resolution {
  int failed = EAI_FAIL;
  Addresses list{nullptr, &::freeaddrinfo};
};

Resolution resolve_blocking(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  Resolution out;
  out.failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (out.failed == 0) out.list.reset(list);
  return out;
}

// The system's resolver cannot be told when to stop, so a name is resolved by a thread that is left
// behind when the deadline passes: it owns all it touches. An address needs none.
Result<Resolution> resolve(const std::string& host, std::uint16_t port, Nanos deadline,
                           const Clock& clock) {
  const std::string service = std::to_string(port);
  if (auto numeric = resolve_blocking(host, service, AI_NUMERICHOST | AI_NUMERICSERV);
      numeric.failed == 0) {
    return numeric;
  }
  auto promise = std::make_shared<std::promise<Resolution>>();
  auto answer = promise->get_future();
  std::thread([promise, host, service] {
    promise->set_value(resolve_blocking(host, service, AI_NUMERICSERV));
  }).detach();
  const auto left = std::chrono::nanoseconds(std::max<Nanos>(0, deadline - clock.boot_ns()));
  if (answer.wait_for(left) != std::future_status::ready) {
    return Error{Errc::timeout, "the name " + host + " was not resolved in time",
                 "use the address, or check the name service"};
  }
  Resolution found = answer.get();
  if (found.failed != 0) {
    return Error{Errc::not_found, "cannot resolve " + host + ": " + ::gai_strerror(found.failed),
                 "check the host name"};
  }
  return found;
}

// 0, or the errno of the attempt.
int finish_connect(int fd, Nanos deadline, const Clock& clock) {
  for (;;) {
    const Nanos left = deadline - clock.boot_ns();
    if (left <= 0) return ETIMEDOUT;
    pollfd waiting{fd, POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left / kMillisecond) + 1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return errno;
    if (ready == 0) continue;
    int failed = 0;
    socklen_t size = sizeof failed;
    if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &size) != 0) return errno;
    return failed;
  }
}

void set_option(int fd, int level, int name, int value) {
  // Each makes a dead peer noticed sooner; a system without one still has the transaction deadline.
  static_cast<void>(::setsockopt(fd, level, name, &value, sizeof value));
}

Result<Fd> connect_one(const addrinfo& address, Nanos deadline, const Clock& clock) {
  Fd fd(::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                 address.ai_protocol));
  if (!fd) return sys_error("cannot make a socket");
  int failed = 0;
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
    failed = errno == EINPROGRESS ? finish_connect(fd.get(), deadline, clock) : errno;
  }
  if (failed != 0) {
    errno = failed;
    Error error = sys_error("cannot connect");
    if (failed == ETIMEDOUT) error.code = Errc::timeout;
    return error;
  }
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set_option(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(fd.get(), IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(fd.get(), IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags & ~O_NONBLOCK) < 0) {
    return sys_error("cannot set the socket up");
  }
  return fd;
}

}  // namespace

Result<Fd> tcp_connect(const std::string& host, std::uint16_t port, Nanos deadline,
                       const Clock& clock) {
  auto found = resolve(host, port, deadline, clock);
  if (!found) return found.error();
  Error last{Errc::not_found, "the name " + host + " has no address"};
  for (const addrinfo* a = found->list.get(); a != nullptr; a = a->ai_next) {
    auto fd = connect_one(*a, deadline, clock);
    if (fd) return fd;
    last = fd.error();
    if (clock.boot_ns() >= deadline) break;
  }
  last.file = host + ":" + std::to_string(port);
  last.remedy = "is the instrument on, and the address right?";
  return last;
}

}  // namespace soakrig::instruments
