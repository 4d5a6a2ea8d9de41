// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/sse.hpp"

namespace soakrig::workloads {

namespace {

// A line's end is "\n" nearly always: looking for it first, and for '\r' only before it, is many
// times faster than asking at each byte whether it is one of both.
std::size_t end_of_line(std::string_view bytes) {
  const std::size_t feed = bytes.find('\n');
  const std::size_t carriage = bytes.substr(0, feed).find('\r');
  return carriage == std::string_view::npos ? feed : carriage;
}

}  // namespace

const std::string_view* SseParser::next_line(std::string_view& bytes) {
  if (after_cr_ && bytes[0] == '\n') bytes.remove_prefix(1);
  after_cr_ = false;
  if (bytes.empty()) return nullptr;
  const std::size_t end = end_of_line(bytes);
  const std::string_view piece = bytes.substr(0, end);
  if (partial_.size() + piece.size() > longest_) {
    overflow_ = true;
    return nullptr;
  }
  if (end == std::string_view::npos) {
    partial_.append(piece);
    bytes = {};
    return nullptr;
  }
  after_cr_ = bytes[end] == '\r';
  bytes.remove_prefix(end + 1);
  if (partial_.empty()) {
    line_ = piece;
  } else {
    partial_.append(piece);
    line_ = partial_;
  }
  return &line_;
}

bool SseParser::take_line(std::string_view line) {
  if (line.empty()) {
    if (!has_data_) name_.clear();
    return has_data_;
  }
  const std::size_t colon = line.find(':');
  if (colon == 0) return false;  // a comment
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    name_ = value.substr(0, 64);
  } else if (field == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
    overflow_ = data_.size() > longest_;
  }
  return false;
}

void SseParser::end_event() {
  name_.clear();
  data_.clear();
  has_data_ = false;
}

Error SseParser::too_long() const {
  return {Errc::full,
          "an event of the stream is longer than " + std::to_string(longest_) + " bytes"};
}

}  // namespace soakrig::workloads
