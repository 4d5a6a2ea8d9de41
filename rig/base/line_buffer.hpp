// SPDX-License-Identifier: Apache-2.0
//
// Splits a byte stream into lines with a hard bound, so that a peer which never sends a newline
// costs a fixed amount of memory. An overlong line is thrown away to its newline and counted.
// One owner; not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace soakrig {

class LineBuffer {
 public:
  explicit LineBuffer(std::size_t max_line) : max_line_(max_line) {}

  void append(std::string_view bytes);
  // The next whole line without its '\n' (and without a '\r' before it). The view is valid until
  // the next call of append() or next().
  [[nodiscard]] std::optional<std::string_view> next();
  // Lines thrown away for their length, since the start.
  [[nodiscard]] std::uint64_t overlong() const { return overlong_; }
  // True while an overlong line is still arriving.
  [[nodiscard]] bool skipping() const { return skipping_; }
  // Bytes held that do not end in a newline yet.
  [[nodiscard]] std::size_t pending() const { return data_.size() - begin_; }

 private:
  std::size_t max_line_;
  std::string data_;
  std::size_t begin_ = 0;
  std::size_t scanned_ = 0;
  std::uint64_t overlong_ = 0;
  bool skipping_ = false;
};

}  // namespace soakrig
