// SPDX-License-Identifier: Apache-2.0
//
// Walking hostile UTF-8: what is no character comes out as U+FFFD, a control character as a space,
// and the walk always ends. Header-only: it is called for every text drawn.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace soakrig::dashboard {

// The character that begins at text[at]; `at` moves past it. at < text.size().
[[nodiscard]] constexpr unsigned next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
  };
  const unsigned first = byte(at++);
  if (first < 0x80) return first < 0x20 || first == 0x7F ? 0x20 : first;
  const std::size_t more = first >= 0xF0 && first < 0xF5 ? 3
                           : first >= 0xE0               ? 2
                           : first >= 0xC2               ? 1
                                                         : 0;
  if (more == 0 || first >= 0xF5 || at + more > text.size()) return 0xFFFD;
  unsigned character = first & (0x3Fu >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0xFFFD;
    character = (character << 6) | (byte(at + i) & 0x3F);
  }
  const bool overlong = (more == 2 && character < 0x800) || (more == 3 && character < 0x10000);
  if (overlong || character > 0x10FFFF || (character >= 0xD800 && character < 0xE000))
    return 0xFFFD;
  at += more;
  return character;
}

template <class Visit>
constexpr void for_each_character(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) visit(next_character(text, at));
}

}  // namespace soakrig::dashboard
