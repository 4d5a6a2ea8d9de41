// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/json_cursor.hpp"

#include <charconv>

namespace soakrig::workloads {

void JsonCursor::blanks() {
  while (!rest_.empty() &&
         (rest_[0] == ' ' || rest_[0] == '\n' || rest_[0] == '\r' || rest_[0] == '\t')) {
    rest_.remove_prefix(1);
  }
}

bool JsonCursor::take(char c) {
  blanks();
  if (failed_ || rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

JsonCursor::Kind JsonCursor::peek() {
  blanks();
  if (failed_ || rest_.empty()) return Kind::bad;
  switch (rest_[0]) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return rest_[0] == '-' || (rest_[0] >= '0' && rest_[0] <= '9') ? Kind::number : Kind::bad;
  }
}

bool JsonCursor::enter(char bracket) {
  if (!take(bracket)) return false;
  if (++depth_ > kDeepest) {
    fail();
    return false;
  }
  started_ &= ~(std::uint64_t{1} << depth_);
  return true;
}

std::optional<std::string_view> JsonCursor::next_key() {
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  if (take('}')) {
    --depth_;
    return std::nullopt;
  }
  if ((started_ & bit) != 0 && !take(',')) {
    fail();
    return std::nullopt;
  }
  started_ |= bit;
  const auto key = string();
  if (!key || !take(':')) {
    fail();
    return std::nullopt;
  }
  return key;
}

bool JsonCursor::next_element() {
  const std::uint64_t bit = std::uint64_t{1} << depth_;
  if (take(']')) {
    --depth_;
    return false;
  }
  if ((started_ & bit) != 0 && !take(',')) fail();
  started_ |= bit;
  if (peek() == Kind::bad) fail();
  return !failed_;
}

std::optional<std::string_view> JsonCursor::string() {
  if (!take('"')) return std::nullopt;
  std::size_t at = 0;
  while (at < rest_.size() && rest_[at] != '"') at += rest_[at] == '\\' ? 2U : 1U;
  if (at >= rest_.size()) {
    fail();
    return std::nullopt;
  }
  const std::string_view text = rest_.substr(0, at);
  rest_.remove_prefix(at + 1);
  return text;
}

std::optional<double> JsonCursor::number() {
  if (peek() != Kind::number) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
  if (error != std::errc{}) {
    fail();
    return std::nullopt;
  }
  rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
  return value;
}

std::optional<bool> JsonCursor::boolean() {
  if (peek() != Kind::boolean) return std::nullopt;
  const bool value = rest_[0] == 't';
  if (!word(value ? "true" : "false")) return std::nullopt;
  return value;
}

bool JsonCursor::word(std::string_view text) {
  if (!rest_.starts_with(text)) {
    fail();
    return false;
  }
  rest_.remove_prefix(text.size());
  return true;
}

bool JsonCursor::skip_number() {
  const auto belongs = [](char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
  };
  std::size_t end = 0;
  while (end < rest_.size() && belongs(rest_[end])) ++end;
  rest_.remove_prefix(end);
  return true;
}

bool JsonCursor::skip() {
  switch (peek()) {
    case Kind::object:
      if (!enter_object()) return false;
      while (next_key()) {
        if (!skip()) return false;
      }
      return !failed_;
    case Kind::array:
      if (!enter_array()) return false;
      while (next_element()) {
        if (!skip()) return false;
      }
      return !failed_;
    case Kind::string:
      return string().has_value();
    case Kind::number:
      return skip_number();
    case Kind::boolean:
      return word(rest_[0] == 't' ? "true" : "false");
    case Kind::null:
      return word("null");
    case Kind::bad:
      break;
  }
  fail();
  return false;
}

bool JsonCursor::finished() {
  blanks();
  return !failed_ && depth_ == 0 && rest_.empty();
}

}  // namespace soakrig::workloads
