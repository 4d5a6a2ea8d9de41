// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/door.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <utility>

namespace soakrig::agent {

namespace {

// The folder is private; this holds even where it was opened up by hand.
bool same_user(int fd) {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
         (who.uid == ::geteuid() || who.uid == 0);
}

}  // namespace

void refuse(Fd link, std::string what, std::string remedy) {
  const std::string line = encode(Up{Refused{std::move(what), std::move(remedy)}});
  // A line fits into an empty socket; who does not read it has lost it.
  if (::send(link.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) errno = 0;
}

void Door::add_to(std::vector<pollfd>& polled) const {
  polled.push_back({listener_.get(), POLLIN, 0});
  for (const Waiting& each : waiting_) polled.push_back({each.fd.get(), POLLIN, 0});
}

void Door::accept_all() {
  for (;;) {
    Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd) return;
    if (!same_user(fd.get())) {
      refuse(std::move(fd), "the agent belongs to another user", "run as that user");
    } else if (waiting_.size() >= kMaxWaiting) {
      refuse(std::move(fd), "too many controllers ask at once", "try again");
    } else {
      waiting_.push_back({std::move(fd), {}, clock_.boot_ns()});
    }
  }
}

std::optional<Visitor> Door::answer() {
  accept_all();
  for (auto each = waiting_.begin(); each != waiting_.end();) {
    std::array<char, 4096> buffer;
    const ssize_t n = ::read(each->fd.get(), buffer.data(), buffer.size());
    const bool nothing_yet = n < 0 && (errno == EAGAIN || errno == EINTR);
    if (n > 0) each->text.append(buffer.data(), static_cast<std::size_t>(n));
    const auto newline = each->text.find('\n');
    if (newline != std::string::npos) {
      Waiting asks = std::move(*each);
      each = waiting_.erase(each);
      const auto command = parse_down(std::string_view(asks.text).substr(0, newline));
      if (const auto* wish = command ? std::get_if<Attach>(&*command) : nullptr) {
        return Visitor{std::move(asks.fd), *wish, asks.text.substr(newline + 1)};
      }
      refuse(std::move(asks.fd), "the first line was no attach",
             "use an agent and a controller of the same release");
    } else if ((n <= 0 && !nothing_yet) || each->text.size() > kMaxFirstLine ||
               clock_.boot_ns() - each->since > kPatience) {
      each = waiting_.erase(each);
    } else {
      ++each;
    }
  }
  return std::nullopt;
}

}  // namespace soakrig::agent
