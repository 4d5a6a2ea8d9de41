// SPDX-License-Identifier: Apache-2.0
//
// Draws into memory on the CPU, with smooth edges: pictures without a display or a graphics card.
#pragma once

#include <vector>

#include "dashboard/canvas/fonts.hpp"

namespace soakrig::dashboard {

// Opaque rows of r, g, b, a.
struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
};

class RasterCanvas final : public Canvas {
 public:
  // `fonts` must outlive it. At most 16384 pixels a side.
  RasterCanvas(int width, int height, Colour background, const FontSet& fonts);

  [[nodiscard]] const TextMetrics& metrics() const override { return fonts_; }
  void fills(std::span<const Rect> rects, Colour colour) override;
  void polygon(std::span<const Point> convex, Colour colour) override;
  void polyline(std::span<const Point> points, Colour colour, float width) override;
  void text(Point top_left, std::string_view utf8, TextStyle style, Colour colour) override;
  void push_clip(const Rect& rect) override;
  void pop_clip() override;

  [[nodiscard]] const Image& image() const { return image_; }

 private:
  struct Bounds {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // x1, y1 are outside
  };
  void blend(int x, int y, Colour colour, float coverage);
  void segment(Point a, Point b, Colour colour, float width);
  [[nodiscard]] Bounds clipped(float x0, float y0, float x1, float y1) const;

  const FontSet& fonts_;
  Image image_;
  std::vector<Bounds> clips_;
};

}  // namespace soakrig::dashboard
