// SPDX-License-Identifier: Apache-2.0
#include "results/report/text_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soakrig::report {

namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string cut(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t shown = 0;
  for (const char c : text) {
    if (!continues_character(c) && ++shown > width) break;
    out += c;
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  // C1 controls (U+0080 to U+009F) act as escapes on some terminals.
  for (std::size_t i = 0; i + 1 < out.size(); ++i) {
    if (out[i] == '\xC2' && static_cast<unsigned char>(out[i + 1]) < 0xA0 &&
        continues_character(out[i + 1])) {
      out[i] = out[i + 1] = ' ';
    }
  }
  return out;
}

std::size_t text_width(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return !continues_character(c); }));
}

std::string pad(std::string_view text, std::size_t width, bool right) {
  const std::size_t has = text_width(text);
  if (has > width && width > 0) return cut(text, width - 1) + "…";
  const std::string fill(width - std::min(has, width), ' ');
  return right ? fill + std::string(text) : std::string(text) + fill;
}

std::string wrap(std::string_view text, std::size_t width, std::string_view first,
                 std::string_view rest) {
  std::string out, line(first);
  bool empty = true;  // of words
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (!empty && text_width(line) + 1 + text_width(word) > width) {
      out += line + "\n";
      line = rest;
      empty = true;
    }
    line += (empty ? "" : " ") + std::string(word);
    empty = false;
  }
  return out + line + "\n";
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::size_t numbers_from,
                  std::string_view indent) {
  if (rows.size() < 2) return {};
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) {
      widths[c] = std::max(widths[c], text_width(row[c]));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent);
    for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) {
      if (c > 0) line += "  ";
      line += pad(row[c], widths[c], c >= numbers_from);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string figure(double value) {
  if (!std::isfinite(value)) return "-";
  if (std::abs(value) < 10000) return fmt::format("{:.4g}", value);
  std::string digits = fmt::format("{:.0f}", std::abs(value));
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return (value < 0 ? "-" : "") + digits;
}

}  // namespace soakrig::report
