// SPDX-License-Identifier: Apache-2.0
//
// An owned file descriptor, and the few whole-file helpers that several folders share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "rig/base/result.hpp"

namespace soakrig {

// Closes on destruction. Move-only.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }

  void reset();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Whole file as text; an error beyond max_bytes (Errc::full), so that no input can fill memory.
[[nodiscard]] Result<std::string> read_file(const std::string& path,
                                            std::size_t max_bytes = 16u << 20);
// Writes beside `path`, fsyncs, renames over it: a reader sees the old or the new text, never half.
[[nodiscard]] Result<void> write_file_atomic(const std::string& path, std::string_view text);

}  // namespace soakrig
