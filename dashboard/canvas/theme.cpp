// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/theme.hpp"

namespace soakrig::dashboard {
namespace {

constexpr Colour rgb(std::uint32_t hex, std::uint8_t alpha = 255) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8),
          static_cast<std::uint8_t>(hex), alpha};
}

Theme light() {
  Theme t;
  t.name = "light";
  t.background = rgb(0xf4f5f7), t.panel = rgb(0xffffff), t.lane = rgb(0xeceff3);
  t.text = rgb(0x1b1f24), t.dim = rgb(0x5c6570), t.grid = rgb(0xe3e6ea), t.border = rgb(0xc9ced6);
  t.accent = rgb(0x0b5cad);
  t.good = rgb(0x00795c), t.warn = rgb(0xa86a00), t.bad = rgb(0xc1272d), t.neutral = rgb(0x6b4fa0);
  t.gap = rgb(0x8a8f98), t.stale = rgb(0xb0a070), t.simulated = rgb(0x0b5cad, 26);
  t.episode = rgb(0xd55e00, 40);
  t.series = {rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73), rgb(0xcc79a7),
              rgb(0x56b4e9), rgb(0xb58900), rgb(0x6a51a3), rgb(0x444b54)};
  return t;
}

Theme dark() {
  Theme t;
  t.name = "dark";
  t.background = rgb(0x14171c), t.panel = rgb(0x1b1f26), t.lane = rgb(0x242a33);
  t.text = rgb(0xe6e9ee), t.dim = rgb(0x98a2b0), t.grid = rgb(0x2a313b), t.border = rgb(0x3b4450);
  t.accent = rgb(0x6cb6ff);
  t.good = rgb(0x35c39a), t.warn = rgb(0xe6b450), t.bad = rgb(0xff6b68), t.neutral = rgb(0xb69cf0);
  t.gap = rgb(0x7a828e), t.stale = rgb(0xa89a68), t.simulated = rgb(0x6cb6ff, 26);
  t.episode = rgb(0xff8c42, 48);
  t.series = {rgb(0x5aa9e6), rgb(0xff8c42), rgb(0x3ecf9f), rgb(0xe58fc1),
              rgb(0x9fd8f7), rgb(0xf0e442), rgb(0xb69cf0), rgb(0xc5ccd6)};
  return t;
}

Theme contrast() {
  Theme t = dark();
  t.name = "contrast";
  t.background = rgb(0x000000), t.panel = rgb(0x000000), t.lane = rgb(0x1a1a1a);
  t.text = rgb(0xffffff), t.dim = rgb(0xd8d8d8), t.grid = rgb(0x404040), t.border = rgb(0xffffff);
  t.accent = rgb(0xffff00);
  t.good = rgb(0x00ffb0), t.warn = rgb(0xffd000), t.bad = rgb(0xff7070), t.neutral = rgb(0xd0b0ff);
  t.gap = rgb(0xb0b0b0), t.stale = rgb(0xe0d080), t.simulated = rgb(0x80c8ff, 48);
  return t;
}

}  // namespace

std::optional<Theme> find_theme(std::string_view name, float scale) {
  for (Theme theme : {light(), dark(), contrast()}) {
    if (theme.name != name) continue;
    theme.scale = scale;
    return theme;
  }
  return std::nullopt;
}

Colour colour_of(const Theme& theme, std::optional<Verdict> verdict) {
  if (!verdict) return theme.dim;
  switch (*verdict) {
    case Verdict::pass:
      return theme.good;
    case Verdict::inconclusive:
      return theme.warn;
    case Verdict::error:
      return theme.neutral;
    case Verdict::fail:
      break;
  }
  return theme.bad;
}

Marker marker_of(std::optional<Verdict> verdict) {
  if (!verdict) return Marker::square;
  switch (*verdict) {
    case Verdict::pass:
      return Marker::circle;
    case Verdict::inconclusive:
      return Marker::diamond;
    case Verdict::error:
      return Marker::triangle;
    case Verdict::fail:
      break;
  }
  return Marker::cross;
}

std::string_view word_of(std::optional<Verdict> verdict) {
  return verdict ? to_string(*verdict) : std::string_view("no verdict yet");
}

}  // namespace soakrig::dashboard
