// SPDX-License-Identifier: Apache-2.0
//
// Register words to numbers and back, for the four byte orders that devices use. Our own, because
// the float helpers of the Modbus library differ between its builds (docs/formats/register_map.md).
// Pure; no scaling here, that belongs to a point of a map.
//
// Order names say how the bytes A (highest) to D of a 32-bit value arrive in two registers:
// abcd = high word first; cdab = low word first; badc, dcba = the same with the bytes of each word
// swapped. 64-bit values likewise: their four words in order or in reverse. 16-bit values are high
// byte first always, as Modbus itself says.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"

namespace soakrig::instruments {

enum class WordOrder : std::uint8_t { abcd, cdab, badc, dcba };
enum class PointType : std::uint8_t { u16, s16, u32, s32, f32, f64, bit, text };

[[nodiscard]] std::string_view to_string(WordOrder order);
[[nodiscard]] std::optional<WordOrder> parse_word_order(std::string_view text);
[[nodiscard]] std::string_view to_string(PointType type);
[[nodiscard]] std::optional<PointType> parse_point_type(std::string_view text);

// Registers that one value takes: 1, 2 or 4. Not for text, whose length is the point's.
[[nodiscard]] std::size_t registers_of(PointType type);

[[nodiscard]] std::uint32_t join_words(std::uint16_t first, std::uint16_t second, WordOrder order);
[[nodiscard]] std::array<std::uint16_t, 2> split_words(std::uint32_t value, WordOrder order);
[[nodiscard]] std::uint64_t join_four(std::span<const std::uint16_t, 4> words, WordOrder order);
[[nodiscard]] std::array<std::uint16_t, 4> split_four(std::uint64_t value, WordOrder order);

// The number in `words`. Errc::protocol for a float that is NaN or infinite, Errc::invalid for a
// wrong count of words.
[[nodiscard]] Result<double> decode_number(PointType type, WordOrder order,
                                           std::span<const std::uint16_t> words);
// A bit is 0 or 1 in a word of its own, as it comes from a coil. Integers round half to even.
// Errc::invalid when the value does not fit the type or is not finite.
[[nodiscard]] Result<std::vector<std::uint16_t>> encode_number(PointType type, WordOrder order,
                                                               double value);

// Text with one or two characters a register (high byte first), up to the first NUL, trailing
// blanks cut; a byte that is not printable ASCII becomes '?'.
[[nodiscard]] std::string decode_text(std::span<const std::uint16_t> words, int chars_per_register);
[[nodiscard]] std::vector<std::uint16_t> encode_text(std::string_view text, int chars_per_register,
                                                     std::size_t registers);

}  // namespace soakrig::instruments
