// SPDX-License-Identifier: Apache-2.0
#include "workloads/shell/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace soakrig::workloads {
namespace {

constexpr int kLookMs = 200;
constexpr std::size_t kPiece = 4096;  // a pipe that is writable takes this much at once (PIPE_BUF)

Nanos now() { return SystemClock().boot_ns(); }

}  // namespace

bool FdOutput::write(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd wait{fd_, POLLOUT, 0};
    const int ready = ::poll(&wait, 1, kLookMs);
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) {
      if (stopping_()) return false;
      continue;
    }
    if ((wait.revents & (POLLERR | POLLNVAL)) != 0) return false;
    const ssize_t sent = ::write(fd_, bytes.data(), std::min(bytes.size(), kPiece));
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool FdOutput::idle(Nanos length) {
  const Nanos end = now() + length;
  for (Nanos left = length; left > 0; left = end - now()) {
    if (stopping_()) return false;
    // Waiting for nothing on the pipe still reports that its reader is gone.
    pollfd wait{fd_, 0, 0};
    const auto step = std::clamp<Nanos>(left / kMillisecond, 1, kLookMs);
    if (::poll(&wait, 1, static_cast<int>(step)) > 0) return false;
  }
  return !stopping_();
}

}  // namespace soakrig::workloads
