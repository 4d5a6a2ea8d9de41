// SPDX-License-Identifier: Apache-2.0
//
// Columns of UTF-8 text on a terminal, counting one column a code point: what these programs print
// has no wide characters of its own, and a name that has some costs alignment, nothing else. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace soakrig::app {

[[nodiscard]] std::size_t columns(std::string_view text);
// Cut to at most `width` columns, never inside a code point.
[[nodiscard]] std::string fit(std::string_view text, std::size_t width);
// Filled up with spaces to at least `width` columns.
[[nodiscard]] std::string pad(std::string_view text, std::size_t width);

}  // namespace soakrig::app
