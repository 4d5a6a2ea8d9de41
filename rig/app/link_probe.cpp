// SPDX-License-Identifier: Apache-2.0
#include "rig/app/link_probe.hpp"

#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

constexpr double kLeastMs = 0.05;  // less than this is no time to divide by

Result<Addresses> look_up(const HttpUrl& url) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &wanted, &found);
  if (failed != 0) {
    return Error{Errc::not_found,
                 "the link's address '" + url.host + "': " + ::gai_strerror(failed),
                 "correct [link] probe, or give a trace"};
  }
  return Addresses(found);
}

// One connection with one question, until a deadline.
class Question {
 public:
  Question(const addrinfo& to, Nanos within, const Clock& clock)
      : clock_(clock),
        begun_(clock.boot_ns()),
        until_(begun_ + within),
        fd_(::socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    if (!fd_) return;
    const bool done = ::connect(fd_.get(), to.ai_addr, to.ai_addrlen) == 0;
    int error = done ? 0 : errno;
    if (!done && error == EINPROGRESS && wait(POLLOUT)) {
      socklen_t size = sizeof error;
      ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
    open_ = error == 0;
  }

  // From the start of the connection to the first byte of the answer, ms. `whole`: all was sent
  // before.
  std::optional<double> ask(std::string_view text, bool& whole) {
    if (!open_) return std::nullopt;
    for (;;) {
      if (!wait(text.empty() ? POLLIN : POLLIN | POLLOUT)) return std::nullopt;
      std::array<char, 512> answer;
      const ssize_t got = ::recv(fd_.get(), answer.data(), answer.size(), 0);
      if (got > 0) {
        whole = text.empty();
        return static_cast<double>(clock_.boot_ns() - begun_) / kMillisecond;
      }
      if (got == 0 || (errno != EAGAIN && errno != EINTR)) return std::nullopt;
      const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // Adds what the kernel counted of this connection.
  void count(std::uint64_t& segments, std::uint64_t& again) const {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (!fd_ || ::getsockopt(fd_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return;
    segments += info.tcpi_segs_out;
    again += info.tcpi_total_retrans;
  }

 private:
  bool wait(short what) {
    const Nanos left = until_ - clock_.boot_ns();
    pollfd fd{fd_.get(), what, 0};
    return left > 0 && ::poll(&fd, 1, static_cast<int>(left / kMillisecond) + 1) > 0;
  }

  const Clock& clock_;
  Nanos begun_, until_;
  Fd fd_;
  bool open_ = false;
};

std::string request(const HttpUrl& url, std::uint64_t bytes) {
  const std::string path = url.path.empty() ? "/" : url.path;
  std::string out = (bytes > 0 ? "POST " : "GET ") + path +
                    " HTTP/1.1\r\nHost: " + url.authority() + "\r\nConnection: close\r\n";
  if (bytes > 0) {
    out += "Content-Type: application/octet-stream\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n";
  }
  return out + "\r\n" + std::string(bytes, '0');
}

LinkRow look(const LinkProbe& probe, const addrinfo& to, const std::string& small,
             const std::string& large, const Clock& clock) {
  LinkRow row;
  std::uint64_t segments = 0, again = 0;
  bool whole = false;
  const auto ask = [&](const std::string& text) {
    Question question(to, probe.within, clock);
    const auto took = question.ask(text, whole);
    question.count(segments, again);
    return took;
  };
  const auto quick = ask(small);
  if (!quick) return row;
  row.rtt_ms = *quick / 2;  // one for the connection, one for the answer
  if (!large.empty()) {
    const auto slow = ask(large);
    const double longer = slow.value_or(0) - *quick;
    if (slow && whole && longer > kLeastMs) {
      row.kbit_s = static_cast<double>(probe.send) * 8 / longer;
    }
  }
  if (segments > 0) row.loss = static_cast<double>(again) / static_cast<double>(segments);
  return row;
}

}  // namespace

Result<std::vector<LinkRow>> probe_link(const LinkProbe& probe, const Clock& clock) {
  const auto addresses = look_up(probe.url);
  if (!addresses) return addresses.error();
  const std::string small = request(probe.url, 0);
  const std::string large = probe.send > 0 ? request(probe.url, probe.send) : std::string();
  const Nanos begun = clock.boot_ns();
  const auto elapsed = [&] { return clock.boot_ns() - begun; };
  std::vector<LinkRow> out;
  for (Nanos at = 0; at < probe.length && out.size() + 1 < kMostLinkRows;) {
    const Nanos asked = elapsed();
    LinkRow row = look(probe, **addresses, small, large, clock);
    row.t_s = to_seconds(asked);
    out.push_back(row);
    at = std::max(at + probe.every, elapsed());
    const Nanos rest = std::min(at, probe.length) - elapsed();
    if (rest > 0) ::poll(nullptr, 0, static_cast<int>(rest / kMillisecond));
  }
  LinkRow end;
  end.t_s = std::max(to_seconds(elapsed()), out.back().t_s + 1e-6);
  out.push_back(end);
  return out;
}

}  // namespace soakrig::app
