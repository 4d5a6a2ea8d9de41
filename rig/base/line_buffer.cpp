// SPDX-License-Identifier: Apache-2.0
#include "rig/base/line_buffer.hpp"

namespace soakrig {

void LineBuffer::append(std::string_view bytes) {
  if (skipping_) {
    const auto newline = bytes.find('\n');
    if (newline == std::string_view::npos) return;
    bytes.remove_prefix(newline + 1);
    skipping_ = false;
  }
  if (begin_ > 0) {
    data_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  data_.append(bytes);
}

std::optional<std::string_view> LineBuffer::next() {
  for (;;) {
    const auto newline = data_.find('\n', scanned_);
    if (newline == std::string::npos) {
      scanned_ = data_.size();
      if (pending() > max_line_) {
        ++overlong_;
        skipping_ = true;
        data_.clear();
        begin_ = scanned_ = 0;
      }
      return std::nullopt;
    }
    std::string_view line(data_.data() + begin_, newline - begin_);
    begin_ = scanned_ = newline + 1;
    if (line.size() > max_line_) {
      ++overlong_;
      continue;
    }
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }
}

}  // namespace soakrig
