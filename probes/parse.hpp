// SPDX-License-Identifier: Apache-2.0
//
// Numbers and words out of kernel text. Every function is pure, allocates nothing and takes any
// bytes: what does not parse is absent, never zero. Used on the hot path, hence by hand.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace soakrig::probes {

// Without white space and NULs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

// The whole text (white space around it allowed) as one decimal integer, '-' allowed.
[[nodiscard]] std::optional<std::int64_t> parse_int(std::string_view text);
// As parse_int, but unsigned and with the full 64 bits.
[[nodiscard]] std::optional<std::uint64_t> parse_uint(std::string_view text);
// The whole text as a finite decimal number such as "0.25".
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
// "0x50005" or "50005" as hexadecimal.
[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view text);

// Takes the next word (up to blanks) or line (up to '\n') off the front of `rest`; empty at its
// end.
[[nodiscard]] std::string_view take_word(std::string_view& rest);
[[nodiscard]] std::string_view take_line(std::string_view& rest);

// The first word after `key` on the line that begins with `key`; absent when there is none. A key
// is matched whole: "Mem" does not match "MemTotal:".
[[nodiscard]] std::optional<std::string_view> find_value(std::string_view text,
                                                         std::string_view key);

// Lower-case ASCII copy-free search: does `text` hold `word` (given in lower case)?
[[nodiscard]] bool contains_word(std::string_view text, std::string_view word);

}  // namespace soakrig::probes
