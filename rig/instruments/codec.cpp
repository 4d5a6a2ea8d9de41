// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/codec.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace soakrig::instruments {
namespace {

constexpr std::uint16_t swap_bytes(std::uint16_t word) {
  return static_cast<std::uint16_t>((word << 8) | (word >> 8));
}
constexpr bool low_word_first(WordOrder order) {
  return order == WordOrder::cdab || order == WordOrder::dcba;
}
constexpr bool bytes_swapped(WordOrder order) {
  return order == WordOrder::badc || order == WordOrder::dcba;
}

constexpr std::array<std::string_view, 4> kOrders = {"abcd", "cdab", "badc", "dcba"};
constexpr std::array<std::string_view, 8> kTypes = {"u16", "s16", "u32", "s32",
                                                    "f32", "f64", "bit", "text"};

// Half to even without touching the floating-point environment.
double round_half_even(double value) {
  const double down = std::floor(value);
  const double rest = value - down;
  if (rest < 0.5) return down;
  if (rest > 0.5) return down + 1.0;
  return std::fmod(down, 2.0) == 0.0 ? down : down + 1.0;
}

template <class Integer>
Result<Integer> to_integer(double value) {
  const double rounded = round_half_even(value);
  if (rounded < static_cast<double>(std::numeric_limits<Integer>::min()) ||
      rounded > static_cast<double>(std::numeric_limits<Integer>::max())) {
    return Error{Errc::invalid, std::to_string(value) + " does not fit the register's type",
                 "check the scale of the point"};
  }
  return static_cast<Integer>(rounded);
}

Result<double> finite(double value) {
  if (std::isfinite(value)) return value;
  return Error{Errc::protocol, "the registers hold no finite number",
               "the device has no reading, or the word order of the point is wrong"};
}

Result<float> to_float(double value) {
  const auto narrowed = static_cast<float>(value);
  if (!std::isfinite(narrowed)) {
    return Error{Errc::invalid, std::to_string(value) + " does not fit a 32-bit float"};
  }
  return narrowed;
}

std::vector<std::uint16_t> two_words(std::uint32_t bits, WordOrder order) {
  const auto words = split_words(bits, order);
  return {words[0], words[1]};
}

}  // namespace

std::string_view to_string(WordOrder order) { return kOrders[static_cast<std::size_t>(order)]; }

std::optional<WordOrder> parse_word_order(std::string_view text) {
  for (std::size_t i = 0; i < kOrders.size(); ++i) {
    if (kOrders[i] == text) return static_cast<WordOrder>(i);
  }
  return std::nullopt;
}

std::string_view to_string(PointType type) { return kTypes[static_cast<std::size_t>(type)]; }

std::optional<PointType> parse_point_type(std::string_view text) {
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i] == text) return static_cast<PointType>(i);
  }
  return std::nullopt;
}

std::size_t registers_of(PointType type) {
  switch (type) {
    case PointType::u16:
    case PointType::s16:
    case PointType::bit:
      return 1;
    case PointType::f64:
      return 4;
    default:
      return 2;
  }
}

std::uint32_t join_words(std::uint16_t first, std::uint16_t second, WordOrder order) {
  if (bytes_swapped(order)) {
    first = swap_bytes(first);
    second = swap_bytes(second);
  }
  if (low_word_first(order)) std::swap(first, second);
  return std::uint32_t{first} << 16 | second;
}

std::array<std::uint16_t, 2> split_words(std::uint32_t value, WordOrder order) {
  auto first = static_cast<std::uint16_t>(value >> 16);
  auto second = static_cast<std::uint16_t>(value);
  if (low_word_first(order)) std::swap(first, second);
  if (bytes_swapped(order)) {
    first = swap_bytes(first);
    second = swap_bytes(second);
  }
  return {first, second};
}

std::uint64_t join_four(std::span<const std::uint16_t, 4> words, WordOrder order) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint16_t word = words[low_word_first(order) ? 3 - i : i];
    value = value << 16 | (bytes_swapped(order) ? swap_bytes(word) : word);
  }
  return value;
}

std::array<std::uint16_t, 4> split_four(std::uint64_t value, WordOrder order) {
  std::array<std::uint16_t, 4> words{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto word = static_cast<std::uint16_t>(value >> (16 * (3 - i)));
    words[low_word_first(order) ? 3 - i : i] = bytes_swapped(order) ? swap_bytes(word) : word;
  }
  return words;
}

Result<double> decode_number(PointType type, WordOrder order,
                             std::span<const std::uint16_t> words) {
  if (type == PointType::text) return Error{Errc::invalid, "text is not a number"};
  if (words.size() != registers_of(type)) {
    return Error{Errc::invalid,
                 std::to_string(words.size()) + " registers for a " + std::string(to_string(type))};
  }
  switch (type) {
    case PointType::u16:
      return static_cast<double>(words[0]);
    case PointType::s16:
      return static_cast<double>(std::bit_cast<std::int16_t>(words[0]));
    case PointType::bit:
      return words[0] != 0 ? 1.0 : 0.0;
    case PointType::f64:
      return finite(std::bit_cast<double>(join_four(words.first<4>(), order)));
    default:
      break;
  }
  const std::uint32_t bits = join_words(words[0], words[1], order);
  if (type == PointType::u32) return static_cast<double>(bits);
  if (type == PointType::s32) return static_cast<double>(std::bit_cast<std::int32_t>(bits));
  return finite(static_cast<double>(std::bit_cast<float>(bits)));
}

Result<std::vector<std::uint16_t>> encode_number(PointType type, WordOrder order, double value) {
  if (!std::isfinite(value)) return Error{Errc::invalid, "not a finite number"};
  switch (type) {
    case PointType::u16: {
      const auto whole = to_integer<std::uint16_t>(value);
      if (!whole) return whole.error();
      return std::vector<std::uint16_t>{*whole};
    }
    case PointType::s16: {
      const auto whole = to_integer<std::int16_t>(value);
      if (!whole) return whole.error();
      return std::vector<std::uint16_t>{std::bit_cast<std::uint16_t>(*whole)};
    }
    case PointType::u32: {
      const auto whole = to_integer<std::uint32_t>(value);
      if (!whole) return whole.error();
      return two_words(*whole, order);
    }
    case PointType::s32: {
      const auto whole = to_integer<std::int32_t>(value);
      if (!whole) return whole.error();
      return two_words(std::bit_cast<std::uint32_t>(*whole), order);
    }
    case PointType::f32: {
      const auto number = to_float(value);
      if (!number) return number.error();
      return two_words(std::bit_cast<std::uint32_t>(*number), order);
    }
    case PointType::f64: {
      const auto words = split_four(std::bit_cast<std::uint64_t>(value), order);
      return std::vector<std::uint16_t>(words.begin(), words.end());
    }
    case PointType::bit:
      if (value != 0.0 && value != 1.0) return Error{Errc::invalid, "a bit is 0 or 1"};
      return std::vector<std::uint16_t>{static_cast<std::uint16_t>(value)};
    case PointType::text:
      break;
  }
  return Error{Errc::invalid, "text is not a number"};
}

std::string decode_text(std::span<const std::uint16_t> words, int chars_per_register) {
  std::string text;
  const auto take = [&text](unsigned byte) {
    if (byte == 0) return false;
    text.push_back(byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '?');
    return true;
  };
  for (const std::uint16_t word : words) {
    if (chars_per_register == 2 && !take(word >> 8u)) break;
    if (!take(word & 0xffu)) break;
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::vector<std::uint16_t> encode_text(std::string_view text, int chars_per_register,
                                       std::size_t registers) {
  std::vector<std::uint16_t> words(registers, 0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<std::uint16_t>(static_cast<unsigned char>(text[i]));
    const std::size_t at = chars_per_register == 2 ? i / 2 : i;
    if (at >= registers) break;
    const bool high = chars_per_register == 2 && i % 2 == 0;
    words[at] = static_cast<std::uint16_t>(words[at] | (high ? byte << 8 : byte));
  }
  return words;
}

}  // namespace soakrig::instruments
