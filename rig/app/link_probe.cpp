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
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/fd.hpp"

namespace soakrig::app {

namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

constexpr double kLeastMs = 0.05;  // less than this is no time to divide by
constexpr std::uint64_t kMostFetched = 256u << 20;  // bytes of one answer
constexpr std::size_t kMostHead = 16u << 10;        // of which its header is looked for

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
        head_.assign(answer.data(), static_cast<std::size_t>(got));
        return static_cast<double>(clock_.boot_ns() - begun_) / kMillisecond;
      }
      if (got == 0 || (errno != EAGAIN && errno != EINTR)) return std::nullopt;
      const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // What an answer to `text` brings behind its first bytes, kbit/s.
  std::optional<double> fetch(std::string_view text) {
    bool whole = false;
    if (!ask(text, whole)) return std::nullopt;
    const std::uint64_t first = head_.size();
    const Nanos from = clock_.boot_ns();
    Nanos last = from;
    std::uint64_t got = first;
    std::vector<char> part(64u << 10);
    std::optional<std::uint64_t> all = whole_answer(head_);
    while (got < std::min(all.value_or(kMostFetched), kMostFetched)) {
      if (!wait(POLLIN)) {
        if (all) last = clock_.boot_ns();  // more should have come
        break;
      }
      const ssize_t more = ::recv(fd_.get(), part.data(), part.size(), 0);
      if (more < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (more <= 0) break;
      got += static_cast<std::uint64_t>(more);
      last = clock_.boot_ns();
      if (!all && head_.size() < kMostHead) {
        head_.append(part.data(), static_cast<std::size_t>(more));
        all = whole_answer(head_);
      }
    }
    const double ms = static_cast<double>(last - from) / kMillisecond;
    if (got - first < kLeastFetched || ms < kLeastMs) return std::nullopt;
    return static_cast<double>(got - first) * 8 / ms;
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
  // Bytes of the whole answer, header and all, where its header says so.
  static std::optional<std::uint64_t> whole_answer(const std::string& head) {
    constexpr std::string_view kName = "\r\ncontent-length:";
    std::string lower = head;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t end = lower.find("\r\n\r\n"), at = lower.find(kName);
    if (end == std::string::npos || at >= end) return std::nullopt;
    std::size_t digits = at + kName.size();
    while (digits < end && lower[digits] == ' ') ++digits;
    std::uint64_t length = 0;
    const auto read = std::from_chars(lower.data() + digits, lower.data() + end, length);
    if (read.ec != std::errc() || length > kMostFetched) return std::nullopt;
    return end + 4 + length;
  }

  bool wait(short what) {
    const Nanos left = until_ - clock_.boot_ns();
    pollfd fd{fd_.get(), what, 0};
    return left > 0 && ::poll(&fd, 1, static_cast<int>(left / kMillisecond) + 1) > 0;
  }

  const Clock& clock_;
  Nanos begun_, until_;
  Fd fd_;
  std::string head_;  // of the answer: its first bytes
  bool open_ = false;
};

std::string request(const HttpUrl& url, const std::string& path, std::uint64_t bytes) {
  std::string out = (bytes > 0 ? "POST " : "GET ") + (path.empty() ? "/" : path) +
                    " HTTP/1.1\r\nHost: " + url.authority() + "\r\nConnection: close\r\n";
  if (bytes > 0) {
    out += "Content-Type: application/octet-stream\r\nContent-Length: " + std::to_string(bytes) +
           "\r\n";
  }
  return out + "\r\n" + std::string(bytes, '0');
}

struct Requests {
  std::string small, large, fetch;  // empty = not asked
};

LinkRow look(const LinkProbe& probe, const addrinfo& to, const Requests& ask, const Clock& clock) {
  LinkRow row;
  std::uint64_t segments = 0, again = 0;
  bool whole = false;
  const auto time_of = [&](const std::string& text) {
    Question question(to, probe.within, clock);
    const auto took = question.ask(text, whole);
    question.count(segments, again);
    return took;
  };
  const auto quick = time_of(ask.small);
  if (!quick) return row;
  row.rtt_ms = *quick / 2;  // one for the connection, one for the answer
  if (!ask.large.empty()) {
    const auto slow = time_of(ask.large);
    const double longer = slow.value_or(0) - *quick;
    if (slow && whole && longer > kLeastMs) {
      row.kbit_s = static_cast<double>(probe.send) * 8 / longer;
    }
  }
  if (!ask.fetch.empty()) {
    Question question(to, probe.within, clock);
    row.down_kbit_s = question.fetch(ask.fetch);
    question.count(segments, again);
  }
  if (segments > 0) row.loss = static_cast<double>(again) / static_cast<double>(segments);
  return row;
}

}  // namespace

Result<std::vector<LinkRow>> probe_link(const LinkProbe& probe, const Clock& clock) {
  const auto addresses = look_up(probe.url);
  if (!addresses) return addresses.error();
  Requests ask{request(probe.url, probe.url.path, 0), {}, {}};
  if (probe.send > 0) ask.large = request(probe.url, probe.url.path, probe.send);
  if (!probe.fetch.empty()) ask.fetch = request(probe.url, probe.fetch, 0);
  const Nanos begun = clock.boot_ns();
  const auto elapsed = [&] { return clock.boot_ns() - begun; };
  std::vector<LinkRow> out;
  for (Nanos at = 0; at < probe.length && out.size() + 1 < kMostLinkRows;) {
    const Nanos asked = elapsed();
    LinkRow row = look(probe, **addresses, ask, clock);
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
