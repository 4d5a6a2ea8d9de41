// SPDX-License-Identifier: Apache-2.0
#include "rig/base/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace soakrig {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group =
        byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    const std::size_t digits = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t d = 0; d < 4; ++d) {
      out += d < digits ? kAlphabet[group >> (18 - 6 * d) & 63] : '=';
    }
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::string_view four = text.substr(i, 4);
    const std::size_t digits = std::min(four.find('='), four.size());
    if (digits < 2) return std::nullopt;
    std::uint32_t group = 0;
    for (std::size_t d = 0; d < digits; ++d) {
      const auto value = kAlphabet.find(four[d]);
      if (value == std::string_view::npos) return std::nullopt;
      group |= static_cast<std::uint32_t>(value) << (18 - 6 * d);
    }
    for (std::size_t b = 0; b + 1 < digits; ++b) {
      out += static_cast<char>(group >> (16 - 8 * b) & 255);
    }
  }
  // Padding in the middle, or bits that nobody reads, would be a second spelling.
  if (encode_base64(out) != text) return std::nullopt;
  return out;
}

}  // namespace soakrig
