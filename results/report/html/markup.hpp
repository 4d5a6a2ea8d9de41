// SPDX-License-Identifier: Apache-2.0
//
// HTML, SVG and XML made of pieces that cannot be wrong: text is escaped by being put anywhere,
// elements are closed by being made. So what a board named itself is never markup, and every
// document is well-formed XML too. Plain values, no thread ever shared.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soakrig::report {

// A piece of markup. From text implicitly, on purpose: that is the way in which text is escaped.
// Bytes that are not UTF-8, control characters and those that turn the direction of the text
// around it become U+FFFD, which XML and readers can stand.
class Markup {
 public:
  Markup() = default;
  Markup(std::string_view text);  // NOLINT(google-explicit-constructor)
  Markup(const std::string& text) : Markup(std::string_view(text)) {}  // NOLINT
  Markup(const char* text) : Markup(std::string_view(text)) {}         // NOLINT

  // As it stands: for our own constants (a style sheet, a document's first line), nothing else.
  [[nodiscard]] static Markup trusted(std::string markup);

  Markup& operator+=(const Markup& more) {
    out_ += more.out_;
    return *this;
  }
  friend Markup operator+(Markup a, const Markup& b) { return std::move(a += b); }
  [[nodiscard]] const std::string& str() const { return out_; }
  [[nodiscard]] bool empty() const { return out_.empty(); }

 private:
  std::string out_;
};

struct Attribute {
  std::string_view name;  // ours
  std::string value;      // anybody's: escaped
};
using Attributes = std::initializer_list<Attribute>;

[[nodiscard]] Markup element(std::string_view tag, Attributes attributes,
                             const Markup& content = {});
[[nodiscard]] Markup element(std::string_view tag, const Markup& content);

using Cells = std::vector<Markup>;

// Columns from `numbers_from` on are aligned right. Empty without rows; short rows are filled.
[[nodiscard]] Markup table(const Cells& head, const std::vector<Cells>& rows,
                           std::size_t numbers_from);
// Two columns: a name and what it is.
[[nodiscard]] Markup fact_table(const std::vector<std::pair<Markup, Markup>>& facts);
// Paragraphs of a list; empty without items.
[[nodiscard]] Markup bullets(const std::vector<std::string>& items, std::size_t most);

}  // namespace soakrig::report
