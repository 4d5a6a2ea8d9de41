// SPDX-License-Identifier: Apache-2.0
//
// Looks at the brackets and dots of a TOML text, skipping strings and comments. It need not be
// exact on text that is no TOML: there the parser stops with its own error before any depth is
// built.
#include "rig/base/toml_guard.hpp"

#include <algorithm>

namespace soakrig {

namespace {

// Past the string that opens at `at`. A one-line string ends at the line's end at the latest.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string fence(3, quote);
  if (text.substr(at, 3) == fence) {
    std::size_t i = at + 3;
    while (i < text.size() && text.substr(i, 3) != fence)
      i += (quote == '"' && text[i] == '\\') ? std::size_t{2} : 1;
    i = std::min(text.size(), i + 3);
    // Up to two more quotes may belong to the end of the string.
    for (int extra = 0; extra < 2 && i < text.size() && text[i] == quote; ++extra) ++i;
    return i;
  }
  std::size_t i = at + 1;
  while (i < text.size() && text[i] != quote && text[i] != '\n') {
    i += (quote == '"' && text[i] == '\\') ? std::size_t{2} : 1;
  }
  return i < text.size() && text[i] == quote ? i + 1 : std::min(i, text.size());
}

Error too_deep(const char* what, const std::string& file, int line) {
  return {Errc::full, what, "what a person writes nests a few levels at most", file, line, 0};
}

// toml++ 3.3 takes for granted (an assertion, in release an assumption that the compiler uses) that
// a '[' at the start of a line is followed by a name. True when it is, or when the parser has its
// own error for what follows.
bool header_begins_well(std::string_view text, std::size_t at) {
  const auto skip_blanks = [&] {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  };
  ++at;
  const std::size_t second = at;
  skip_blanks();
  if (at < text.size() && text[at] == '[') {
    if (at != second) return true;  // "[ [" is refused by name
    ++at;
    skip_blanks();
  }
  if (at >= text.size()) return true;
  const char c = text[at];
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '"' || c == '\'' || c == ']';
}

// Only blanks, or the mark that some editors put at the start of a file, between the line's start
// and `at`.
bool starts_line(std::string_view text, std::size_t at) {
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
  return at == 0 || text[at - 1] == '\n' || (at == 3 && text.starts_with("\xef\xbb\xbf"));
}

}  // namespace

Result<void> check_toml(std::string_view text, const std::string& file) {
  int line = 1;
  int open = 0;
  int dots = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      const std::size_t end = skip_string(text, i);
      line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(i),
                                          text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      i = end;
      continue;
    }
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (c == '\n') ++line;
    if (c == '[' && open == 0 && starts_line(text, i) && !header_begins_well(text, i)) {
      return Error{Errc::invalid,
                   "not valid TOML: '[' is followed by no name",
                   "correct this line",
                   file,
                   line,
                   0};
    }
    if (c == '[' || c == '{') ++open;
    if (c == ']' || c == '}') open = std::max(0, open - 1);
    if (c == '.') {
      ++dots;
    } else if (c == '=' || c == ',' || c == '\n' || c == '[' || c == '{') {
      dots = 0;
    }
    if (open > kMaxTomlNesting) return too_deep("brackets nested too deeply", file, line);
    if (dots > kMaxTomlDots) return too_deep("a dotted name with too many parts", file, line);
    ++i;
  }
  return {};
}

}  // namespace soakrig
