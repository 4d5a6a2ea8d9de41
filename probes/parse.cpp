// SPDX-License-Identifier: Apache-2.0
#include "probes/parse.hpp"

#include <charconv>
#include <cmath>

namespace soakrig::probes {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
constexpr bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\0'; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// from_chars over the whole of `text`, or nothing: "12abc" is not 12.
template <class T, class... Options>
std::optional<T> whole(std::string_view text, Options... options) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, options...);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  return whole<std::int64_t>(trim(text));
}

std::optional<std::uint64_t> parse_uint(std::string_view text) {
  return whole<std::uint64_t>(trim(text));
}

std::optional<double> parse_number(std::string_view text) {
  const auto value = whole<double>(trim(text), std::chars_format::general);
  return value && std::isfinite(*value) ? value : std::nullopt;  // "inf" and "nan" parse as numbers
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  text = trim(text);
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return whole<std::uint64_t>(text, 16);
}

std::string_view take_word(std::string_view& rest) {
  std::size_t begin = 0;
  while (begin < rest.size() && is_blank(rest[begin])) ++begin;
  std::size_t end = begin;
  while (end < rest.size() && !is_space(rest[end])) ++end;
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

std::optional<std::string_view> find_value(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (!line.starts_with(key)) continue;
    line.remove_prefix(key.size());
    const bool whole_key = line.empty() || is_blank(line.front()) || key.ends_with(':');
    if (!whole_key) continue;
    const std::string_view word = take_word(line);
    if (word.empty()) return std::nullopt;
    return word;
  }
  return std::nullopt;
}

bool contains_word(std::string_view text, std::string_view word) {
  if (word.size() > text.size()) return false;
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i) {
    std::size_t j = 0;
    while (j < word.size() && lower(text[i + j]) == word[j]) ++j;
    if (j == word.size()) return true;
  }
  return false;
}

}  // namespace soakrig::probes
