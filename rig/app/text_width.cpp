// SPDX-License-Identifier: Apache-2.0
#include "rig/app/text_width.hpp"

namespace soakrig::app {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::size_t columns(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += continues(c) ? 0u : 1u;
  return n;
}

std::string fit(std::string_view text, std::size_t width) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!continues(text[i]) && ++n > width) return std::string(text.substr(0, i));
  }
  return std::string(text);
}

std::string pad(std::string_view text, std::size_t width) {
  const std::size_t have = columns(text);
  return std::string(text) + std::string(have < width ? width - have : 0, ' ');
}

}  // namespace soakrig::app
