// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/fonts.hpp"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>
#include <vector>

#include "dashboard/canvas/utf8.hpp"

namespace soakrig::dashboard {
namespace {

constexpr std::array<float, kTextStyles> kPixels{12, 14, 14, 18};
constexpr std::size_t kMostExtra = 3000;  // characters: a bound for the atlas, beyond any real run
constexpr std::array kSans{"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
                           "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
                           "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"};
constexpr std::array kBold{"/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
                           "/usr/share/fonts/truetype/liberation/LiberationSans-Bold.ttf",
                           "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"};
constexpr std::array kChinese{"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
                              "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
                              "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
                              "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
                              "/usr/share/fonts/truetype/arphic/uming.ttc"};

template <std::size_t N>
const char* first_there(const std::array<const char*, N>& paths) {
  std::error_code ignored;
  for (const char* path : paths) {
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  return nullptr;
}

// Pairs of first and last, ended by 0, as ImGui takes them.
using Ranges = std::vector<ImWchar>;

Ranges always() {
  return {0x20,   0x17F,  0x370,  0x3FF,  0x2010, 0x2026, 0x2030, 0x2033, 0x2070,
          0x2089, 0x2190, 0x2193, 0x2206, 0x2206, 0x2212, 0x2212, 0x221A, 0x221E,
          0x2248, 0x2248, 0x2264, 0x2265, 0x25A0, 0x25CF, 0};
}

bool is_always(unsigned character) {
  static const Ranges ranges = always();
  for (std::size_t i = 0; i + 1 < ranges.size(); i += 2) {
    if (character >= ranges[i] && character <= ranges[i + 1]) return true;
  }
  return false;
}

Ranges further(std::string_view utf8) {
  std::set<unsigned> wanted;
  for_each_character(utf8, [&](unsigned c) {
    if (!is_always(c) && c > 0x20 && c <= 0xFFFF && wanted.size() < kMostExtra) wanted.insert(c);
  });
  Ranges out;
  for (const unsigned c : wanted) {
    out.push_back(static_cast<ImWchar>(c));
    out.push_back(static_cast<ImWchar>(c));
  }
  if (!out.empty()) out.push_back(0);
  return out;
}

}  // namespace

struct FontSet::Impl {
  ImFontAtlas atlas;
  Ranges ranges = always(), more;
  std::array<ImFont*, kTextStyles> fonts{};
  const std::uint8_t* pixels = nullptr;
  int width = 0, height = 0;

  void add(std::size_t style, const FontOptions& options) {
    const bool bold = style >= static_cast<std::size_t>(TextStyle::bold);
    const char* file = bold ? first_there(kBold) : nullptr;
    if (file == nullptr) file = first_there(kSans);
    ImFontConfig config;
    config.OversampleH = config.OversampleV = 1;  // one texel a pixel: drawn without filtering
    config.PixelSnapH = true;
    const float pixels_high = std::round(kPixels[style] * options.scale);
    if (options.embedded || file == nullptr) {
      config.SizePixels = std::round(13 * options.scale);
      fonts[style] = atlas.AddFontDefault(&config);
      return;
    }
    // ImGui's size is the line's height; a font's nominal size is less.
    const float line = std::round(pixels_high * 1.16f);
    fonts[style] = atlas.AddFontFromFileTTF(file, line, &config, ranges.data());
    const char* chinese = more.empty() ? nullptr : first_there(kChinese);
    if (chinese == nullptr) return;
    config.MergeMode = true;
    atlas.AddFontFromFileTTF(chinese, line, &config, more.data());
  }
};

FontSet::FontSet(const FontOptions& options) : impl_(std::make_unique<Impl>()) {
  impl_->more = further(options.characters);
  for (std::size_t style = 0; style < kTextStyles; ++style) impl_->add(style, options);
  unsigned char* pixels = nullptr;
  impl_->atlas.GetTexDataAsAlpha8(&pixels, &impl_->width, &impl_->height);
  impl_->pixels = pixels;
}

FontSet::~FontSet() = default;
FontSet::FontSet(FontSet&&) noexcept = default;
FontSet& FontSet::operator=(FontSet&&) noexcept = default;

ImFontAtlas* FontSet::atlas() const { return &impl_->atlas; }
ImFont* FontSet::font(TextStyle style) const {
  return impl_->fonts[static_cast<std::size_t>(style)];
}

float FontSet::width(std::string_view utf8, TextStyle style) const {
  ImFont& own = *font(style);
  float sum = 0;
  for_each_character(utf8, [&](unsigned c) { sum += own.GetCharAdvance(static_cast<ImWchar>(c)); });
  return sum;
}

float FontSet::height(TextStyle style) const { return font(style)->FontSize; }
float FontSet::ascent(TextStyle style) const { return font(style)->Ascent; }

bool FontSet::covers(std::string_view utf8) const {
  ImFont& own = *font(TextStyle::normal);
  bool all = true;
  for_each_character(utf8, [&](unsigned c) {
    all &= c > 0xFFFF || own.FindGlyphNoFallback(static_cast<ImWchar>(c)) != nullptr;
  });
  return all;
}

void FontSet::images(Point top_left, std::string_view utf8, TextStyle style,
                     const std::function<void(const GlyphImage&)>& put) const {
  ImFont& own = *font(style);
  float x = std::floor(top_left.x);
  const float y = std::floor(top_left.y);
  for_each_character(utf8, [&](unsigned c) {
    const ImFontGlyph* glyph = own.FindGlyph(static_cast<ImWchar>(c));
    if (glyph == nullptr) return;
    if (glyph->Visible) {
      const auto texel = [](float part, int whole) {
        return static_cast<int>(std::lround(part * static_cast<float>(whole)));
      };
      const int u = texel(glyph->U0, impl_->width), v = texel(glyph->V0, impl_->height);
      GlyphImage image;
      image.x = static_cast<int>(std::lround(x + glyph->X0));
      image.y = static_cast<int>(std::lround(y + glyph->Y0));
      image.width = texel(glyph->U1, impl_->width) - u;
      image.height = texel(glyph->V1, impl_->height) - v;
      image.coverage = impl_->pixels + v * impl_->width + u;
      image.stride = impl_->width;
      put(image);
    }
    x += glyph->AdvanceX;
  });
}

}  // namespace soakrig::dashboard
