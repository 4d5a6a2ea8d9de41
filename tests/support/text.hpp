// SPDX-License-Identifier: Apache-2.0
//
// What a text says, for checks of reports and messages.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace soakrig::test {

[[nodiscard]] inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}
// In one of its lines.
[[nodiscard]] inline bool has(const std::vector<std::string>& lines, std::string_view part) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return has(line, part); });
}

}  // namespace soakrig::test
