// SPDX-License-Identifier: Apache-2.0
//
// Lines on their way out of a descriptor that may not take them: written without ever blocking,
// kept in order and whole, bounded in memory. It must not know what the lines say.
//
// The descriptor is set non-blocking and given back as it was on destruction, since it may be
// shared with others (a terminal). One owner; not thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "probes/agent/line_sink.hpp"

namespace soakrig::agent {

class Outbox final : public LineSink {
 public:
  // Borrows `fd`. SIGPIPE must be ignored by the program.
  Outbox(int fd, std::size_t capacity);
  ~Outbox() override;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // False, and nothing kept, when the line does not fit or the link is broken.
  [[nodiscard]] bool push(std::string line);
  [[nodiscard]] bool push(std::string line, LineKind /*all are the same*/) override {
    return push(std::move(line));
  }
  // Overtakes what waits, behind the line that is half written.
  [[nodiscard]] bool push_urgent(std::string line) override;
  // Writes what the descriptor takes.
  void flush() override;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::size_t bytes() const override { return bytes_; }
  [[nodiscard]] std::size_t capacity() const override { return capacity_; }
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  // The other end is gone: everything kept was thrown away, nothing more is taken.
  [[nodiscard]] bool broken() const override { return broken_; }
  void break_link();

 private:
  [[nodiscard]] bool fits(const std::string& line) const;

  int fd_;
  int old_flags_;
  std::size_t capacity_;
  std::deque<std::string> lines_;
  std::size_t written_ = 0;  // of the first line
  std::size_t bytes_ = 0;    // not yet written
  bool broken_ = false;
};

}  // namespace soakrig::agent
