// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/outbox.hpp"

#include <fcntl.h>
#include <sys/uio.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace soakrig::agent {

Outbox::Outbox(int fd, std::size_t capacity)
    : fd_(fd), old_flags_(fcntl(fd, F_GETFL)), capacity_(capacity) {
  if (old_flags_ >= 0) fcntl(fd_, F_SETFL, old_flags_ | O_NONBLOCK);
}

Outbox::~Outbox() {
  if (old_flags_ >= 0) fcntl(fd_, F_SETFL, old_flags_);
}

bool Outbox::fits(const std::string& line) const {
  return !broken_ && bytes_ + line.size() <= capacity_;
}

bool Outbox::push(std::string line) {
  if (!fits(line)) return false;
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  return true;
}

bool Outbox::push_urgent(std::string line) {
  if (!fits(line)) return false;
  bytes_ += line.size();
  lines_.insert(lines_.begin() + (written_ > 0 ? 1 : 0), std::move(line));
  return true;
}

void Outbox::break_link() {
  broken_ = true;
  lines_.clear();
  written_ = bytes_ = 0;
}

void Outbox::flush() {
  while (!lines_.empty()) {
    std::array<iovec, 32> parts{};
    const std::size_t n = std::min(parts.size(), lines_.size());
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t skip = i == 0 ? written_ : 0;
      parts[i] = {lines_[i].data() + skip, lines_[i].size() - skip};
    }
    const ssize_t wrote = writev(fd_, parts.data(), static_cast<int>(n));
    if (wrote < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) break_link();
      return;
    }
    auto left = static_cast<std::size_t>(wrote);
    bytes_ -= left;
    while (left > 0) {
      const std::size_t rest = lines_.front().size() - written_;
      if (left < rest) {
        written_ += left;
        break;
      }
      left -= rest;
      written_ = 0;
      lines_.pop_front();
    }
  }
}

}  // namespace soakrig::agent
