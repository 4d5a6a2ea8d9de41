// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/markup.hpp"

#include <cstdint>

namespace soakrig::report {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;  // 0 = the byte is no beginning of a valid sequence
};

// One character by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first > 0xF4 || text.size() < length) return {};
  std::uint32_t code = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) return {};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  const std::uint32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

bool allowed(std::uint32_t c) {
  if (c < 0x20) return c == '\n' || c == '\t';
  if (c >= 0x7F && c < 0xA0) return false;
  if (c >= 0x202A && c <= 0x202E) return false;  // these turn the direction of what follows
  if (c >= 0x2066 && c <= 0x2069) return false;
  return c != 0xFFFE && c != 0xFFFF;
}

void escape(std::string_view text, std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const Decoded c = decode(text.substr(at));
    const std::size_t length = c.length == 0 ? 1 : c.length;
    if (c.length == 0 || !allowed(c.code)) {
      out += kReplacement;
    } else if (c.code == '&') {
      out += "&amp;";
    } else if (c.code == '<') {
      out += "&lt;";
    } else if (c.code == '>') {
      out += "&gt;";
    } else if (c.code == '"') {
      out += "&quot;";
    } else if (c.code == '\'') {
      out += "&#39;";
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
}

// HTML has elements that are never closed by a tag of their own, and the others always are.
bool is_void(std::string_view tag) {
  for (const std::string_view name : {"br", "hr", "img", "meta", "link", "col"}) {
    if (tag == name) return true;
  }
  return false;
}

}  // namespace

Markup::Markup(std::string_view text) { escape(text, out_); }

Markup Markup::trusted(std::string markup) {
  Markup out;
  out.out_ = std::move(markup);
  return out;
}

Markup element(std::string_view tag, Attributes attributes, const Markup& content) {
  std::string out = "<";
  out += tag;
  for (const Attribute& a : attributes) {
    out += ' ';
    out += a.name;
    out += "=\"";
    escape(a.value, out);
    out += '"';
  }
  if (is_void(tag)) return Markup::trusted(out + "/>");
  out += '>';
  out += content.str();
  out += "</";
  out += tag;
  return Markup::trusted(out + ">");
}

Markup element(std::string_view tag, const Markup& content) { return element(tag, {}, content); }

Markup table(const Cells& head, const std::vector<Cells>& rows, std::size_t numbers_from) {
  if (rows.empty()) return {};
  const auto line = [&](const Cells& cells, std::string_view tag) {
    Markup out;
    for (std::size_t c = 0; c < head.size(); ++c) {
      const Markup content = c < cells.size() ? cells[c] : Markup{};
      out += c < numbers_from ? element(tag, content) : element(tag, {{"class", "n"}}, content);
    }
    return element("tr", out) + Markup::trusted("\n");
  };
  Markup body;
  for (const Cells& row : rows) body += line(row, "td");
  return element("table", element("thead", line(head, "th")) + element("tbody", body));
}

Markup fact_table(const std::vector<std::pair<Markup, Markup>>& facts) {
  Markup rows;
  for (const auto& [name, value] : facts) {
    rows += element("tr", element("th", name) + element("td", value)) + Markup::trusted("\n");
  }
  if (rows.empty()) return {};
  return element("table", {{"class", "facts"}}, element("tbody", rows));
}

Markup bullets(const std::vector<std::string>& items, std::size_t most) {
  Markup out;
  for (std::size_t i = 0; i < items.size() && i < most; ++i) out += element("li", items[i]);
  if (items.size() > most) out += element("li", "… +" + std::to_string(items.size() - most));
  return out.empty() ? out : element("ul", out);
}

}  // namespace soakrig::report
