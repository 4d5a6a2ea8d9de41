// SPDX-License-Identifier: Apache-2.0
//
// Laying out text for a terminal: safe, aligned, wrapped. What a board or a profile named itself is
// not trusted to hold no escape sequence. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::report {

// Control characters become spaces, so that no stored text can drive the terminal.
[[nodiscard]] std::string printable(std::string_view text);

// Characters, counting each UTF-8 sequence as one column.
[[nodiscard]] std::size_t text_width(std::string_view utf8);
// Filled with spaces to `width`; longer text is cut with an ellipsis.
[[nodiscard]] std::string pad(std::string_view text, std::size_t width, bool right = false);

// Words wrapped to `width`; every line begins with `first` (then `rest`).
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::string_view first,
                               std::string_view rest);

// Rows of cells as aligned columns, two spaces apart. The first row is the heading. Columns from
// `numbers_from` on are aligned right. Nothing for a heading alone.
[[nodiscard]] std::string table(const std::vector<std::vector<std::string>>& rows,
                                std::size_t numbers_from, std::string_view indent);

// A figure with four significant digits and thousands apart: 12345.6 -> "12,346"; 0.61234 ->
// 0.6123.
[[nodiscard]] std::string figure(double value);

}  // namespace soakrig::report
