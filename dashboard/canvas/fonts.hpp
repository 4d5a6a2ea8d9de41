// SPDX-License-Identifier: Apache-2.0
//
// The fonts of a picture, rasterised once on the CPU by ImGui's own font atlas: the window uploads
// that atlas, the picture file copies from it, the vector file measures by it. So text is as wide
// in all three.
//
// Only the characters that are asked for are in it: Latin, Greek and signs always, others (Chinese
// names) as they are named. A character that no installed font has shows as '?'.
// Not thread-safe.
#pragma once

#include <functional>
#include <memory>

#include "dashboard/canvas/canvas.hpp"

struct ImFont;
struct ImFontAtlas;

namespace soakrig::dashboard {

struct FontOptions {
  float scale = 1;         // of all sizes
  bool embedded = false;   // ImGui's built-in font instead of the system's: the same everywhere
  std::string characters;  // UTF-8: further characters that will be shown
};

// One character's picture: where it goes, and its coverage, row by row.
struct GlyphImage {
  int x = 0, y = 0;
  int width = 0, height = 0;
  const std::uint8_t* coverage = nullptr;
  int stride = 0;
};

class FontSet final : public TextMetrics {
 public:
  explicit FontSet(const FontOptions& options);
  ~FontSet() override;
  FontSet(FontSet&&) noexcept;
  FontSet& operator=(FontSet&&) noexcept;

  [[nodiscard]] float width(std::string_view utf8, TextStyle style) const override;
  [[nodiscard]] float height(TextStyle style) const override;
  [[nodiscard]] float ascent(TextStyle style) const override;

  // Calls `put` with each visible character of text that begins at `top_left`, on whole pixels.
  void images(Point top_left, std::string_view utf8, TextStyle style,
              const std::function<void(const GlyphImage&)>& put) const;

  // True when every character of the text has a picture: else make a set that is told of it.
  [[nodiscard]] bool covers(std::string_view utf8) const;

  // For the window. Owned by the set.
  [[nodiscard]] ImFontAtlas* atlas() const;
  [[nodiscard]] ImFont* font(TextStyle style) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::dashboard
