// SPDX-License-Identifier: Apache-2.0
//
// Looks at the brackets and dots of a TOML text, skipping strings and comments. It need not be
// exact on text that is no TOML: there the parser stops with its own error before any depth is
// built.
#include <algorithm>

#include "rig/plan/value.hpp"

namespace soakrig::plan {

namespace {

// Past the string that opens at `at`. A one-line string ends at the line's end at the latest.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string fence(3, quote);
  if (text.substr(at, 3) == fence) {
    std::size_t i = at + 3;
    while (i < text.size() && text.substr(i, 3) != fence) i += (quote == '"' && text[i] == '\\') ? std::size_t{2} : 1;
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

Error too_deep(int line, const char* what) {
  return {Errc::full, what, "a profile nests a few levels at most", {}, line, 0};
}

}  // namespace

Result<void> check_nesting(std::string_view text) {
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
    if (c == '[' || c == '{') ++open;
    if (c == ']' || c == '}') open = std::max(0, open - 1);
    if (c == '.') {
      ++dots;
    } else if (c == '=' || c == ',' || c == '\n' || c == '[' || c == '{') {
      dots = 0;
    }
    if (open > kMaxNesting) return too_deep(line, "brackets nested too deeply");
    if (dots > kMaxDots) return too_deep(line, "a dotted name with too many parts");
    ++i;
  }
  return {};
}

}  // namespace soakrig::plan
